"""Scoring: one code for the server's evaluations and the lamps beside the editor.

    score_local(kind, config, output, operation_schema)   regex and JSON Schema: pure, for every keystroke
    score_embedding(config, output, expected, embed)      with a model
    judge_messages(…), judge_score(reply)                 what a judge is asked, and what its answer is worth
    check_config(kind, config)                            raises ConfigError before anything is kept
    schema_errors(schema, value)                          where a JSON value does not conform

Nothing of a text or a config makes these raise beyond what they name: a `Score` without a value says why. RE2 and
the validator are loaded by the modules that use them, so importing `score` alone costs nothing.
"""

"""Known upstreams, as they are set up. Looked up in their own documentation in November 2026."""

from typing import Any, Final

from atlas_desktop.contract.providers import Preset, PresetProvider

_OPENAI: Final[list[dict[str, Any]]] = [
    {"id": "gpt-5.5", "prompt_usd": 5.0, "completion_usd": 30.0, "cached_usd": 0.5, "frontier": True},
    {"id": "gpt-5.4", "prompt_usd": 2.5, "completion_usd": 15.0, "cached_usd": 0.25},
    {"id": "gpt-5.4-mini", "prompt_usd": 0.75, "completion_usd": 4.5, "cached_usd": 0.075, "vetted": True},
    {"id": "gpt-5.4-nano", "prompt_usd": 0.2, "completion_usd": 1.25, "cached_usd": 0.02},
]

PRESETS: Final[tuple[Preset, ...]] = (
    Preset(
        name="openai",
        title="OpenAI",
        about="Closed weights, served by their maker: full precision is what it serves.",
        key_needed=True,
        key_page="https://platform.openai.com/api-keys",
        prices_of="2026-06",
        provider=PresetProvider.model_validate(
            {
                "name": "openai",
                "title": "OpenAI",
                "preset": "openai",
                "base_url": "https://api.openai.com/v1",
                "key": {"env": "OPENAI_API_KEY"},
                "models": [
                    *({"model": f"openai/{each['id']}", "quantization": "full", **each} for each in _OPENAI),
                    {
                        "id": "text-embedding-3-small",
                        "model": "openai/text-embedding-3-small",
                        "kind": "embedding",
                        "quantization": "full",
                        "prompt_usd": 0.02,
                    },
                ],
            }
        ),
    ),
    Preset(
        name="openrouter",
        title="OpenRouter",
        about=(
            "A broker of many providers. Each model names the one that serves it (via): it is pinned with "
            "provider.only and provider.sort = price, and its precision with provider.quantizations. "
            "The prices are those of that provider there."
        ),
        key_needed=True,
        key_page="https://openrouter.ai/settings/keys",
        prices_of="2026-06",
        provider=PresetProvider.model_validate(
            {
                "name": "openrouter",
                "title": "OpenRouter",
                "preset": "openrouter",
                "base_url": "https://openrouter.ai/api/v1",
                "key": {"env": "OPENROUTER_API_KEY"},
                "pins": "openrouter",
                "models": [
                    {
                        "id": "meta-llama/llama-3.3-70b-instruct",
                        "via": "deepinfra",
                        "title": "DeepInfra",
                        "quantization": "q8",
                        "open_weight": True,
                        "vetted": True,
                        "prompt_usd": 0.1,
                        "completion_usd": 0.32,
                    },
                    {
                        "id": "openai/gpt-5.5",
                        "via": "openai",
                        "title": "OpenAI",
                        "quantization": "full",
                        "frontier": True,
                        "prompt_usd": 5.0,
                        "completion_usd": 30.0,
                    },
                ],
            }
        ),
    ),
    Preset(
        name="vllm",
        title="vLLM",
        about=(
            "Your own machine. The model's id is the one vllm serve was started with; without --quantization and an "
            "FP8 or AWQ checkpoint it serves full precision. Tools need --enable-auto-tool-choice. "
            "It takes a key where it was started with --api-key."
        ),
        key_needed=False,
        provider=PresetProvider.model_validate(
            {
                "name": "vllm",
                "title": "vLLM",
                "preset": "vllm",
                "base_url": "http://localhost:8000/v1",
                "models": [
                    {
                        "id": "meta-llama/Llama-3.1-8B-Instruct",
                        "quantization": "full",
                        "open_weight": True,
                        "lacks": ["images"],
                    }
                ],
            }
        ),
    ),
    Preset(
        name="ollama",
        title="Ollama",
        about=(
            "Your own machine. A tag without a quantization is usually Q4_K_M, which is q4; …-q8_0 is q8 and …-fp16 full. "
            "No key is needed. Give it time: a model is loaded by its first call."
        ),
        key_needed=False,
        provider=PresetProvider.model_validate(
            {
                "name": "ollama",
                "title": "Ollama",
                "preset": "ollama",
                "base_url": "http://localhost:11434/v1",
                "first_byte_seconds": 300.0,
                "models": [
                    {
                        "id": "llama3.1:8b-instruct-q8_0",
                        "model": "meta-llama/llama-3.1-8b-instruct",
                        "quantization": "q8",
                        "open_weight": True,
                        "vetted": True,
                        "lacks": ["images"],
                    },
                    {
                        "id": "nomic-embed-text",
                        "model": "nomic/nomic-embed-text",
                        "kind": "embedding",
                        "quantization": "full",
                        "open_weight": True,
                    },
                ],
            }
        ),
    ),
    Preset(
        name="llama.cpp",
        title="llama.cpp",
        about=(
            "Your own machine, llama-server. It serves the one model it was started with, whatever id is sent; the "
            "precision is that of the GGUF file. Tools need --jinja. It takes a key where it was started with --api-key."
        ),
        key_needed=False,
        provider=PresetProvider.model_validate(
            {
                "name": "llama-cpp",
                "title": "llama.cpp",
                "preset": "llama.cpp",
                "base_url": "http://localhost:8080/v1",
                "first_byte_seconds": 300.0,
                "models": [
                    {
                        "id": "local",
                        "model": "local/gguf",
                        "quantization": "q4",
                        "open_weight": True,
                        "lacks": ["images"],
                    }
                ],
            }
        ),
    ),
)

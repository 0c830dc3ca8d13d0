"""Operations: what a correct answer looks like, and what judges it."""

"""The parts pages are made of. Anything that shows a person's or a model's text shows it as text."""

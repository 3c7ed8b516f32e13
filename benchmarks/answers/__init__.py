"""How well questions are answered: the project's own questions and the figures of every language."""

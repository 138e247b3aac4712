"""One finder per kind of figure: each turns the stretches of text it knows into figures."""

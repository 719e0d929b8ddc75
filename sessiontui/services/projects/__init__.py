"""Projects: made, edited and put away; their items move between three states, their questions are answered."""

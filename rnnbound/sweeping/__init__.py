"""Plans and bounds over grids: axes, the vectorised planner, processes and clusters."""

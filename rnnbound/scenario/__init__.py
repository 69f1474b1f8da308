"""What the theorems talk about: the scenario, the activation, the memory regime."""

"""One conversation each; `routers` gathers them."""

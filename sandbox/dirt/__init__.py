"""The dirt of real feeds: its kinds and rates, how it strikes rows, and the list of every defect it left."""

from sandbox.dirt.defects import OUTCOMES, Defect, Strike, defect
from sandbox.dirt.rates import HEAVY, LEVELS, NONE, USUAL, Dirt
from sandbox.dirt.spoiling import Served, spoil

__all__ = ["HEAVY", "LEVELS", "NONE", "OUTCOMES", "USUAL", "Defect", "Dirt", "Served", "Strike", "defect", "spoil"]

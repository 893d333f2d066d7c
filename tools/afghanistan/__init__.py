"""How the tables of the scenario afghanistan-2021 follow from the record."""

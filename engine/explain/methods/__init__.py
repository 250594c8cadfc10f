"""The explainers, a file each, named by their catalog ids."""

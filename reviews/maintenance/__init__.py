"""Care for the data of the installation: back up, restore, transfer, and delete what its rules no longer keep."""

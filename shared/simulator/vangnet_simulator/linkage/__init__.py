"""Records of one person as different people write them down, with the truth beside them: what linkage is trained and tried on."""

"""`vangnet-linker train` and `evaluate`: how well records are linked by their tokens. Reads files of persons; nothing leaves the process."""

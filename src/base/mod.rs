//! The lowest floor: ids, time, randomness and the persistent map.

"""Reading papers: contracts and orders become words, words become values with their evidence."""

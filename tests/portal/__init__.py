"""A real portal for the crawl tests: a server on loopback that behaves as real portals do, well and badly."""

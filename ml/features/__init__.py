"""Proxies to what the networks and the pages look at: the crop, log-mel spectrograms and their pictures."""

"""The model beside others and beside itself: one module per benchmark, each written down in docs/benchmarks."""

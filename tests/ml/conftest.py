import torch

torch.set_num_threads(1)  # small networks are no faster with more, and other tests run beside

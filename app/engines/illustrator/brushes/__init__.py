"""Small shared brushes: noise, gradients, ridges, glows, water, drawings and their shadows."""

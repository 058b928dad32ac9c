"""Diffusion models through diffusers' AutoPipelines. torch is imported by the worker that opens one, by nobody else."""

"""Tiny models of random numbers, made without a network: they paint nonsense, by the very code that real ones use.

`python -m tests.engines.diffusers.tiny FOLDER [KIND]` lays one there, to run a site with.
"""

import sys
from pathlib import Path
from typing import Any

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
WIDTH = 32
TOKENS = 77


def lay(folder: Path, kind: str = "sd") -> Path:
    """A model of a kind in its folder."""
    import torch

    torch.manual_seed(0)
    KINDS[kind](folder)
    return folder


def stable_diffusion(folder: Path) -> None:
    from diffusers import PNDMScheduler, StableDiffusionPipeline

    scheduler = PNDMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True, steps_offset=1
    )
    StableDiffusionPipeline(
        vae=vae(4),
        text_encoder=clip(),
        tokenizer=clip_tokenizer(),
        unet=unet(cross_attention_dim=WIDTH),
        scheduler=scheduler,
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(str(folder))


def stable_diffusion_xl(folder: Path) -> None:
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline

    scheduler = EulerDiscreteScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", timestep_spacing="leading", steps_offset=1
    )
    network = unet(
        cross_attention_dim=2 * WIDTH,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        transformer_layers_per_block=(1, 2),
        projection_class_embeddings_input_dim=6 * 8 + WIDTH,
        use_linear_projection=True,
        attention_head_dim=(2, 4),
    )
    StableDiffusionXLPipeline(
        vae=vae(4),
        text_encoder=clip(),
        tokenizer=clip_tokenizer(),
        text_encoder_2=clip(projected=True),
        tokenizer_2=clip_tokenizer(),
        unet=network,
        scheduler=scheduler,
    ).save_pretrained(str(folder))


def stable_diffusion_3(folder: Path) -> None:
    from diffusers import FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel, StableDiffusion3Pipeline

    transformer = SD3Transformer2DModel(
        sample_size=32,
        patch_size=1,
        in_channels=16,
        num_layers=1,
        attention_head_dim=8,
        num_attention_heads=4,
        joint_attention_dim=2 * WIDTH,
        caption_projection_dim=WIDTH,
        pooled_projection_dim=2 * WIDTH,
        out_channels=16,
    )
    StableDiffusion3Pipeline(
        transformer=transformer,
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=vae(16, shift_factor=0.0609),
        text_encoder=clip(projected=True),
        tokenizer=clip_tokenizer(),
        text_encoder_2=clip(projected=True),
        tokenizer_2=clip_tokenizer(),
        text_encoder_3=t5(2 * WIDTH),
        tokenizer_3=t5_tokenizer(),
    ).save_pretrained(str(folder))


def flux(folder: Path) -> None:
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel

    transformer = FluxTransformer2DModel(
        patch_size=1,
        in_channels=16 * 4,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=WIDTH,
        pooled_projection_dim=WIDTH,
        axes_dims_rope=[4, 4, 8],
        guidance_embeds=False,
    )
    FluxPipeline(
        transformer=transformer,
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=vae(16, shift_factor=0.1159),
        text_encoder=clip(),
        tokenizer=clip_tokenizer(),
        text_encoder_2=t5(),
        tokenizer_2=t5_tokenizer(),
    ).save_pretrained(str(folder))


KINDS = {"sd": stable_diffusion, "sdxl": stable_diffusion_xl, "sd3": stable_diffusion_3, "flux": flux}


def unet(**options: Any) -> Any:
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=32,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        norm_num_groups=8,
        **{"attention_head_dim": 8} | options,
    )


def vae(channels: int, **options: Any) -> Any:
    """Two pixels a side are one cell."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=[16, 32],
        in_channels=3,
        out_channels=3,
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        latent_channels=channels,
        norm_num_groups=8,
        **options,
    )


def clip(projected: bool = False) -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    config = CLIPTextConfig(
        hidden_size=WIDTH,
        intermediate_size=WIDTH,
        num_attention_heads=4,
        num_hidden_layers=2,
        projection_dim=WIDTH,
        vocab_size=len(clip_words()),
        max_position_embeddings=TOKENS,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
    )
    return CLIPTextModelWithProjection(config) if projected else CLIPTextModel(config)


def clip_words() -> dict[str, int]:
    """Single letters, within a word and at its end."""
    words = ["<|startoftext|>", "<|endoftext|>", *LETTERS, *(f"{letter}</w>" for letter in LETTERS)]
    return {word: number for number, word in enumerate(words)}


def clip_tokenizer() -> Any:
    from transformers import CLIPTokenizer

    return CLIPTokenizer(vocab=clip_words(), merges=[], model_max_length=TOKENS)


def t5(width: int = WIDTH) -> Any:
    from transformers import T5Config, T5EncoderModel

    size = len(t5_tokenizer())
    config = T5Config(vocab_size=size, d_model=width, d_ff=WIDTH, d_kv=8, num_layers=1, num_heads=2)
    return T5EncoderModel(config)


def t5_tokenizer() -> Any:
    from transformers import T5Tokenizer

    words = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), *((letter, -3.0) for letter in LETTERS)]
    return T5Tokenizer(vocab=words, extra_ids=0, model_max_length=TOKENS)


def lay_checker(folder: Path, *, flags: bool) -> Path:
    """A safety checker beside a model, that holds everything to be bad, or nothing."""
    import torch
    from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
    from transformers import CLIPConfig, CLIPImageProcessor

    vision = {"hidden_size": WIDTH, "intermediate_size": WIDTH, "num_attention_heads": 4, "num_hidden_layers": 1}
    config = CLIPConfig(
        vision_config={**vision, "image_size": 32, "patch_size": 8},
        text_config={"hidden_size": WIDTH},
        projection_dim=8,
    )
    judge = StableDiffusionSafetyChecker(config)
    judge.concept_embeds_weights.data = torch.full((17,), -2.0 if flags else 2.0)
    judge.special_care_embeds_weights.data = torch.full((3,), 2.0)
    judge.save_pretrained(str(folder / "safety_checker"))
    sees = CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    sees.save_pretrained(str(folder / "feature_extractor"))
    return folder


def lay_decoder(folder: Path) -> Path:
    """A small decoder for previews."""
    from diffusers import AutoencoderTiny

    channels = (16, 16)
    AutoencoderTiny(
        encoder_block_out_channels=channels,
        decoder_block_out_channels=channels,
        num_encoder_blocks=(1, 1),
        num_decoder_blocks=(1, 1),
    ).save_pretrained(str(folder / "taesd"))
    return folder


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(f"usage: python -m tests.engines.diffusers.tiny FOLDER [{'|'.join(KINDS)}]")
    print(lay(Path(sys.argv[1]), *sys.argv[2:3]))

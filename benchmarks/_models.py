"""Models of random numbers to measure with: they paint nonsense in the time that real ones take."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.engines.diffusers import tiny

WORDS = 49408  # of CLIP's vocabulary, of which the tokenizer here knows but letters


class Kind(NamedTuple):
    """A kind of model, and the side of the square it paints. One called turbo is painted with in few steps."""

    made: Callable[[], Any] | None  # None: the tests' own
    side: int


def lay(name: str, folder: Path) -> Path:
    """A model in its folder, in half precision where there is a GPU."""
    import torch

    _hush()
    make = KINDS[name].made
    if make is None:
        return tiny.lay(folder)
    torch.manual_seed(0)
    gpu = torch.cuda.is_available()
    with torch.device("cuda" if gpu else "cpu"):
        pipe = make()
    if gpu:
        pipe.to(dtype=torch.bfloat16)
    pipe.save_pretrained(str(folder))
    return folder


def _hush() -> None:
    import diffusers
    import transformers

    for library in (diffusers, transformers):
        library.utils.logging.set_verbosity_error()
        library.utils.logging.disable_progress_bar()


def small_turbo() -> Any:
    """The shape of SD-Turbo with a sixtieth of its weights, of which nearly all the time goes into sums."""
    from diffusers import UNet2DConditionModel

    network = UNet2DConditionModel(
        sample_size=32,
        block_out_channels=(64, 128, 256),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=tiny.WIDTH,
        attention_head_dim=8,
    )
    return _stable_diffusion(network, _vae((16, 32, 64, 64)), tiny.clip())


def sd_turbo() -> Any:
    """SD-Turbo, which is Stable Diffusion 2.1 in few steps."""
    from diffusers import UNet2DConditionModel

    network = UNet2DConditionModel(
        sample_size=64,
        attention_head_dim=(5, 10, 20, 20),
        cross_attention_dim=1024,
        use_linear_projection=True,
    )
    words = _clip(hidden_size=1024, intermediate_size=4096, num_hidden_layers=23, num_attention_heads=16)
    return _stable_diffusion(network, _vae((128, 256, 512, 512)), words, timestep_spacing="trailing")


def sdxl() -> Any:
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline, UNet2DConditionModel

    network = UNet2DConditionModel(
        sample_size=128,
        block_out_channels=(320, 640, 1280),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=(1, 2, 10),
        attention_head_dim=(5, 10, 20),
        cross_attention_dim=2048,
        addition_embed_type="text_time",
        addition_time_embed_dim=256,
        projection_class_embeddings_input_dim=2816,
        use_linear_projection=True,
    )
    return StableDiffusionXLPipeline(
        vae=_vae((128, 256, 512, 512), scaling_factor=0.13025),
        text_encoder=_clip(hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12),
        tokenizer=tiny.clip_tokenizer(),
        text_encoder_2=_clip(
            projected=True,
            hidden_size=1280,
            intermediate_size=5120,
            num_hidden_layers=32,
            num_attention_heads=20,
            projection_dim=1280,
        ),
        tokenizer_2=tiny.clip_tokenizer(),
        unet=network,
        scheduler=_scheduled(EulerDiscreteScheduler, timestep_spacing="leading"),
    )


KINDS = {
    "tiny": Kind(None, 64),  # nearly all its time goes into starting many small sums, as on a GPU
    "small-turbo": Kind(small_turbo, 256),
    "sd-turbo": Kind(sd_turbo, 512),
    "sdxl": Kind(sdxl, 1024),
}


def _stable_diffusion(network: Any, vae: Any, words: Any, **scheduled: Any) -> Any:
    from diffusers import EulerDiscreteScheduler, StableDiffusionPipeline

    return StableDiffusionPipeline(
        vae=vae,
        text_encoder=words,
        tokenizer=tiny.clip_tokenizer(),
        unet=network,
        scheduler=_scheduled(EulerDiscreteScheduler, **scheduled),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def _scheduled(kind: Any, **options: Any) -> Any:
    """Its tables are numpy's in part, and no GPU's."""
    import torch

    with torch.device("cpu"):
        return kind(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1, **options)


def _vae(channels: tuple[int, int, int, int], **options: Any) -> Any:
    """Eight pixels a side are one cell."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=channels,
        down_block_types=["DownEncoderBlock2D"] * 4,
        up_block_types=["UpDecoderBlock2D"] * 4,
        layers_per_block=2,
        latent_channels=4,
        norm_num_groups=16,
        **options,
    )


def _clip(*, projected: bool = False, **options: Any) -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    config = CLIPTextConfig(vocab_size=WORDS, bos_token_id=0, eos_token_id=1, pad_token_id=1, **options)
    return CLIPTextModelWithProjection(config) if projected else CLIPTextModel(config)

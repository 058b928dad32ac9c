"""What the fields of AUTOMATIC1111's API are called here: theirs, ours, and what differs."""

from typing import NamedTuple


class Pair(NamedTuple):
    there: str
    here: str
    told: str


TXT2IMG = (
    Pair("prompt", "prompt", "Plain words; weights such as (fox:1.2) and LoRA tags mean nothing here."),
    Pair("negative_prompt", "negative_prompt", ""),
    Pair("styles", "style", "One of our own, or left out: it is chosen from the prompt."),
    Pair("seed", "seed", "Left out instead of -1 for a new one."),
    Pair(
        "width, height", "aspect_ratio, quality", "A shape and a quality; exact sizes with size in the OpenAI dialect."
    ),
    Pair("batch_size × n_iter", "count", "Up to four in one job."),
    Pair("hr_scale, enable_hr", "quality", "high and ultra paint more pixels."),
    Pair("override_settings.sd_model_checkpoint", "model", ""),
    Pair("steps, cfg_scale, sampler_name", "", "The engine’s own business."),
    Pair("save_images, do_not_save_samples", "", "Files are kept as long as your plan says."),
)
IMG2IMG = (
    Pair("init_images[0]", "POST /api/image-to-image, image", "A file in a form, not base64."),
    Pair("denoising_strength", "strength", "0 to 1, as there."),
    Pair("mask", "POST /api/magic-edit, mask", "White is painted anew."),
    Pair("inpainting_mask_invert", "", "Turn the mask over yourself."),
)
OTHERS = (
    Pair("/sdapi/v1/extra-single-image", "POST /api/upscale", "scale is 2, 4 or 8."),
    Pair("/sdapi/v1/progress", "GET /api/job/{job_id}", "progress, 0 to 100."),
    Pair("/sdapi/v1/interrupt", "POST /api/job/{job_id}/cancellation", "What it held comes back."),
    Pair("/sdapi/v1/sd-models", "GET /v1/models", ""),
    Pair("/sdapi/v1/png-info", "POST /api/metadata", ""),
    Pair("--api-auth user:password", "X-API-Key", "A key for each program."),
)

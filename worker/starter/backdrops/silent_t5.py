"""A T5 encoder that says nothing, for the third text slot of `StableDiffusion3Pipeline`.

The pipeline can run without a T5 encoder, but `from_pretrained` refuses a folder that lacks one unless
every caller passes ``text_encoder_3=None``. This one is a few kilobytes, reads any prompt as the empty
one and answers with zero vectors, which is exactly what the pipeline puts in place of a missing encoder.
"""

import torch
from tokenizers import Regex, Tokenizer, models, normalizers, processors
from transformers import PreTrainedTokenizerFast, T5Config, T5EncoderModel


def build_silent_t5(width: int) -> T5EncoderModel:
    """A T5 encoder of one narrow layer whose closing norm scales everything to zero."""
    config = T5Config(vocab_size=8, d_model=width, d_kv=4, d_ff=4, num_layers=1, num_heads=1)
    encoder = T5EncoderModel(config)
    torch.nn.init.zeros_(encoder.encoder.final_layer_norm.weight)
    return encoder.eval()


def build_silent_tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer that reads every text as the end of the sentence."""
    pad, end, unknown = "<pad>", "</s>", "<unk>"
    backend = Tokenizer(models.WordLevel({pad: 0, end: 1, unknown: 2}, unk_token=unknown))
    backend.normalizer = normalizers.Replace(Regex(r"[\s\S]"), "")
    backend.post_processor = processors.TemplateProcessing(single=f"$A {end}", special_tokens=[(end, 1)])
    return PreTrainedTokenizerFast(
        tokenizer_object=backend, eos_token=end, pad_token=pad, unk_token=unknown, model_max_length=256
    )

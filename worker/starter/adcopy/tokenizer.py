"""A byte-level BPE tokenizer that makes unseen names easy to copy.

A capital letter is always a token of its own, so that "Zorvi" is the same pieces at the start of a line, after a space
and after a hash sign but for the first one; digits, punctuation marks and line breaks stand alone. BPE after Sennrich et
al. 2016, on bytes as in GPT-2 (Radford et al. 2019).
"""

from __future__ import annotations

from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from worker.starter.adcopy import CONTEXT_LENGTH

END_OF_TEXT = "<|endoftext|>"
PADDING = "<|pad|>"
VOCABULARY_SIZE = 2048

# In order: a line break, a capital with its space, a lower-case run with its space, a digit, a mark, other white space.
_PIECES = r"\n| ?\p{Lu}|['’]\p{Ll}+| ?\p{Ll}+| ?\p{N}| ?[^\s\p{L}\p{N}]|\p{L}|\s"

# A system message is a further wish; the last user message is the brief.
CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    "{%- if message['role'] == 'assistant' -%}{{ message['content'] + eos_token }}"
    "{%- elif message['role'] == 'system' -%}{{ message['content'] + ' ' }}"
    "{%- else -%}{{ message['content'] + '\n' }}{%- endif -%}"
    "{%- endfor -%}"
)


def train_tokenizer(texts: Iterable[str], vocabulary_size: int = VOCABULARY_SIZE) -> PreTrainedTokenizerFast:
    """Learn the merges from prompts and answers. Deterministic for the same texts."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size,
        min_frequency=8,
        show_progress=False,
        special_tokens=[END_OF_TEXT, PADDING],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=END_OF_TEXT,
        eos_token=END_OF_TEXT,
        pad_token=PADDING,
        padding_side="left",
        model_max_length=CONTEXT_LENGTH,
        chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False,
    )

"""Layer-wise relevance propagation for transformers, as gradient x input under changed backward rules.

AttnLRP (Achtibat et al., ICML 2024, arXiv 2402.05602) and CP-LRP (Ali et al., ICML 2022). The forward pass is
the model's own, kernel for kernel; only gradients differ:

- LayerNorm: its deviation is a constant.
- Element-wise activations f: the identity rule, f(x) / x as a constant.
- A product of two activations (both attention products, gates): AttnLRP gives each factor half of its
  gradient and keeps the softmax's; CP-LRP lets relevance through the values alone.

The rules are a ``TorchFunctionMode``: they meet torch's functions as the model calls them, whatever the
model's file looks like (a head that calls ``torch.tanh`` is met too) and whichever attention implementation
it runs. No model file is copied and nothing is registered, so there is nothing to put back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from transformers import activations

from engine.explain.attribution import Scores, to_word_scores
from engine.explain.contrast import Asked
from engine.explain.method import no_rule
from engine.explain.windows import Model, padded, pooled_outputs, whole_text, window_batches, window_weights
from engine.models.first_token import first_token_only
from engine.models.frozen import frozen

ATTN_LRP = "attn-lrp"
CP_LRP = "cp-lrp"

Rule = Callable[..., Any]


class LrpPass:
    """One forward pass under the rules: ``logits`` (B, C) or (B, T, C), detached; ``relevance`` is asked for once."""

    def __init__(self, module: nn.Module, batch: dict[str, Tensor], rule: str = ATTN_LRP) -> None:
        self._rules = _Rules(module, rule)
        with (
            frozen(module),
            first_token_only(module),
            torch.enable_grad(),
            _composite_activations(module, self._rules),
            _written_out_norms(module, self._rules),
            self._rules,
        ):
            self._logits: Tensor = module(**batch)
        if self._rules.embedded is None:
            raise no_rule(module, "embedding")
        self.logits = self._logits.detach()

    def relevance(self, weights: Tensor) -> Tensor:
        """Signed relevance of each token (B, T) for the sum of each row's logits times its ``weights``."""
        embedded = self._rules.embedded
        assert embedded is not None
        (gradient,) = torch.autograd.grad((self._logits * weights).sum(), embedded)  # (B, T, H)
        return (gradient * embedded.detach()).sum(-1)


def explain(model: Model, text: str, asked: Asked, rule: str = ATTN_LRP) -> Scores:
    """LRP of what is asked of one text, on its words. Raises EXPLAINER_NO_RULE."""
    windows = model.tokenizer.encode_windows(text)
    weights = window_weights(model, windows, asked)
    scores: list[NDArray[np.float64]] = []
    logits: list[NDArray[np.float32]] = []
    for part, batch in window_batches(model, windows):
        first = len(scores)
        done = LrpPass(model.module, batch, rule)
        relevance = done.relevance(padded(weights[first : first + len(part)], done.logits))
        scores += list((relevance * batch["attention_mask"]).double().cpu().numpy())
        logits += list(done.logits.float().cpu().numpy())
    words, share = to_word_scores(*whole_text(windows, scores))
    return Scores(words=words, logits=pooled_outputs(model, windows, logits, asked), special_share=share)


def scores_batch(
    module: nn.Module,
    batch: dict[str, Tensor],
    targets: Sequence[int],
    rivals: Sequence[int],
    rule: str = ATTN_LRP,
) -> tuple[Tensor, Tensor]:
    """(token relevance (B, T), logits (B, C)) of each row's margin of target over rival, in one forward and one
    backward pass.

    Padding gets no relevance. Raises EXPLAINER_NO_RULE where a model computes something that has no rule.
    """
    done = LrpPass(module, batch, rule)
    weights = torch.zeros_like(done.logits)
    rows = torch.arange(len(targets))
    weights[rows, torch.tensor(targets)] = 1.0
    weights[rows, torch.tensor(rivals)] = -1.0
    return done.relevance(weights) * batch["attention_mask"], done.logits


# --- the rules --------------------------------------------------------------------------------------------


class _Proportional(torch.autograd.Function):
    """y = f(x) element-wise, with y / x as its gradient (the identity rule)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, y: Tensor) -> Tensor:
        ctx.save_for_backward(x, y)
        return y.view_as(y)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        x, y = ctx.saved_tensors
        # f(0) = 0 for every activation with this rule, so that 0 / 0 is the only gap: it carries no relevance
        return torch.div(y, x).nan_to_num_(nan=0.0).mul_(gradient), None


class _NormWithConstantDeviation(torch.autograd.Function):
    """LayerNorm whose mean is part of the gradient and whose deviation is not."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, shape: list[int], weight: Tensor | None, bias: Tensor | None, eps: float
    ) -> Any:
        y, _, deviation_inverse = torch.native_layer_norm(x, shape, weight, bias, eps)
        ctx.save_for_backward(deviation_inverse)
        ctx.weight = weight
        ctx.axes = tuple(range(-len(shape), 0))
        return y

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        (deviation_inverse,) = ctx.saved_tensors
        scaled = gradient * deviation_inverse
        if ctx.weight is not None:
            scaled.mul_(ctx.weight)
        return scaled.sub_(scaled.mean(ctx.axes, keepdim=True)), None, None, None, None


class _ScaledGradient(torch.autograd.Function):
    """The identity of several tensors, whose gradients are multiplied by constants."""

    @staticmethod
    def forward(ctx: Any, factors: tuple[float, ...], *tensors: Tensor) -> tuple[Tensor, ...]:
        ctx.factors = factors
        return tuple(x.view_as(x) for x in tensors)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        return None, *(gradient * factor for gradient, factor in zip(gradients, ctx.factors, strict=True))


def _scaled(factors: tuple[float, ...], *tensors: Tensor) -> tuple[Tensor, ...]:
    scaled: tuple[Tensor, ...] = _ScaledGradient.apply(factors, *tensors)  # type: ignore[no-untyped-call]
    return scaled


def _proportional(x: Tensor, y: Tensor) -> Tensor:
    result: Tensor = _Proportional.apply(x, y)  # type: ignore[no-untyped-call]
    return result


def _tracked(x: object) -> bool:
    return isinstance(x, Tensor) and x.requires_grad


def _activation(func: Rule, input: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    if not _tracked(input):
        return func(input, *args, **kwargs)  # type: ignore[no-any-return]
    kwargs.pop("inplace", None)
    return _proportional(input, func(input.detach(), *args, **kwargs))


def _layer_norm(
    func: Rule,
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    if not _tracked(input):
        return func(input, normalized_shape, weight, bias, eps)  # type: ignore[no-any-return]
    shape = list(normalized_shape)
    result: Tensor = _NormWithConstantDeviation.apply(input, shape, weight, bias, eps)  # type: ignore[no-untyped-call]
    return result


def _attention_halved(
    func: Rule, query: Tensor, key: Tensor, value: Tensor, *args: Any, **kwargs: Any
) -> Tensor:
    # the weights' half, then the half of the query's and the key's own product: a quarter each
    return func(*_scaled((0.25, 0.25, 0.5), query, key, value), *args, **kwargs)  # type: ignore[no-any-return]


def _attention_by_values(
    func: Rule, query: Tensor, key: Tensor, value: Tensor, *args: Any, **kwargs: Any
) -> Tensor:
    return func(query.detach(), key.detach(), value, *args, **kwargs)  # type: ignore[no-any-return]


def _product(func: Rule, *args: Any, **kwargs: Any) -> Any:
    factors = sum(map(_tracked, args))
    if factors > 1:
        args = tuple(_scaled((1 / factors,), x)[0] if _tracked(x) else x for x in args)
    return func(*args, **kwargs)


def _quotient(func: Rule, left: Any, right: Any, *args: Any, **kwargs: Any) -> Any:
    # a norm or deviation under the bar is a constant, as LayerNorm's is
    return func(left, right.detach() if _tracked(right) else right, *args, **kwargs)


def _detached(func: Rule, input: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    return func(input.detach(), *args, **kwargs)  # type: ignore[no-any-return]


_ACTIVATIONS: tuple[Rule, ...] = (
    functional.gelu,
    functional.relu,
    functional.leaky_relu,
    functional.elu,
    functional.silu,
    functional.mish,
    functional.hardswish,
    torch.relu,
    torch.tanh,
    Tensor.relu,
    Tensor.tanh,
)
_PRODUCTS: tuple[Rule, ...] = (
    torch.matmul,
    torch.bmm,
    torch.mul,
    torch.einsum,
    torch.baddbmm,
    torch.addmm,
    Tensor.matmul,
    Tensor.bmm,
    Tensor.mul,
    Tensor.__matmul__,
    Tensor.__mul__,
    Tensor.__rmul__,
)
_QUOTIENTS: tuple[Rule, ...] = (torch.div, torch.true_divide, Tensor.div, Tensor.__truediv__)
SOFTMAXES: tuple[Rule, ...] = (functional.softmax, torch.softmax, Tensor.softmax)
# functions that are not linear and have no rule: scores would silently be wrong
_UNRULED: tuple[Rule, ...] = (
    functional.softplus,
    functional.sigmoid,
    functional.logsigmoid,
    functional.glu,
    functional.group_norm,
    functional.batch_norm,
    functional.rms_norm,
    torch.sigmoid,
    torch.exp,
    torch.log,
    torch.pow,
    torch.square,
    torch.sqrt,
    torch.rsqrt,
    torch.sin,
    torch.cos,
    torch.max,
    torch.amax,
    torch.cumsum,
    Tensor.sigmoid,
    Tensor.exp,
    Tensor.log,
    Tensor.pow,
    Tensor.__pow__,
    Tensor.square,
    Tensor.sqrt,
    Tensor.rsqrt,
    Tensor.max,
    Tensor.amax,
)
_UNRULED_NAMES = frozenset(func.__name__ for func in _UNRULED)
# by name: their modules are slow to load and mostly not needed
_WRITTEN_OUT_NORMS = ("DebertaLayerNorm",)
_OF_DEVIATIONS: tuple[Rule, ...] = (Tensor.pow, torch.sqrt)
# activations that transformers writes out in several functions: met as a whole
_COMPOSITES = (
    activations.NewGELUActivation,
    activations.FastGELUActivation,
    activations.QuickGELUActivation,
    activations.AccurateGELUActivation,
    activations.GELUTanh,
)


def _build(rule: str) -> dict[Rule, Rule]:
    rules: dict[Rule, Rule] = dict.fromkeys(_ACTIVATIONS, _activation) | dict.fromkeys(_PRODUCTS, _product)
    rules |= dict.fromkeys(_QUOTIENTS, _quotient)
    rules[functional.layer_norm] = rules[torch.layer_norm] = _layer_norm
    if rule == CP_LRP:
        rules |= dict.fromkeys(SOFTMAXES, _detached)
        rules[functional.scaled_dot_product_attention] = _attention_by_values
    elif rule == ATTN_LRP:
        rules[functional.scaled_dot_product_attention] = _attention_halved
    else:
        raise ValueError(f"no such rule: {rule}")
    return rules


_RULES = {rule: _build(rule) for rule in (ATTN_LRP, CP_LRP)}


class _Rules(TorchFunctionMode):
    """Replaces functions by their rules, and makes the word embeddings' output a leaf."""

    def __init__(self, module: nn.Module, rule: str) -> None:
        super().__init__()
        self._module = module
        embeddings: Any = module.embeddings
        self._weight = embeddings.weight
        self._rules = _RULES[rule]
        self.embedded: Tensor | None = None
        self.inputs: list[Tensor] = []  # of the composite activations under way
        self.in_norm = False

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        rule = self._rules.get(func)
        if rule is not None:
            return rule(func, *args, **kwargs)
        if func is functional.embedding and self.embedded is None and args[1] is self._weight:
            self.embedded = func(*args, **kwargs).detach().requires_grad_(True)
            return self.embedded
        if self.in_norm and func in _OF_DEVIATIONS:
            return _detached(func, *args, **kwargs)
        if getattr(func, "__name__", "") in _UNRULED_NAMES and args and _tracked(args[0]):
            raise no_rule(self._module, func.__name__)
        return func(*args, **kwargs)


@contextmanager
def _composite_activations(module: nn.Module, rules: _Rules) -> Iterator[None]:
    """Meet activations that are written out in several functions as one function each."""

    def enter(_: nn.Module, args: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        rules.inputs.append(args[0])
        return (args[0].detach(),)

    def leave(_: nn.Module, __: tuple[Tensor, ...], output: Tensor) -> Tensor:
        return _proportional(rules.inputs.pop(), output)

    handles = [
        handle
        for part in module.modules()
        if isinstance(part, _COMPOSITES) or _written_out(part)
        for handle in (part.register_forward_pre_hook(enter), part.register_forward_hook(leave))
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def _written_out_norms(module: nn.Module, rules: _Rules) -> Iterator[None]:
    """Meet LayerNorms that are written out in several functions: what makes the deviation is a constant."""

    def enter(*_: Any) -> None:
        rules.in_norm = True

    def leave(*_: Any) -> None:
        rules.in_norm = False

    handles = [
        handle
        for part in module.modules()
        if type(part).__name__ in _WRITTEN_OUT_NORMS
        for handle in (part.register_forward_pre_hook(enter), part.register_forward_hook(leave))
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _written_out(part: nn.Module) -> bool:
    return isinstance(part, activations.GELUActivation) and part.act is not functional.gelu

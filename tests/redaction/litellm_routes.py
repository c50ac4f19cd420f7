"""What litellm raises on its ways to a model, in a process of its own: prints what leaks of each error, as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any

import litellm
from echo_server import KEY, PROMPT, echoing, leaks
from sending import WAYS, written

_MESSAGES = [{"role": "user", "content": PROMPT}]


def _routes(address: str) -> dict[str, Callable[[], object]]:
    call: Any = litellm
    known: dict[str, Any] = {"api_key": KEY, "api_base": f"http://{address}/v1", "max_retries": 0, "num_retries": 0}
    models = [{"model_name": name, "litellm_params": {"model": f"openai/{name}", **known}} for name in ("one", "two")]

    def router(**options: Any) -> Any:
        return call.Router(model_list=models, num_retries=0, **options)

    def asynchronous(**options: Any) -> object:
        return asyncio.run(call.acompletion(messages=_MESSAGES, **options, **known))

    def blocked() -> None:
        raise call.exceptions.GuardrailRaisedException(guardrail_name="g", message=f"blocked: Authorization: Bearer {KEY}")

    def spent() -> None:
        raise call.BudgetExceededError(current_cost=1.0, max_budget=0.5, message=f"over: api_key={KEY}")

    def proxied() -> object:
        from litellm.proxy.client import Client

        return Client(base_url=f"http://{address}", api_key=KEY).models.list()

    routes: dict[str, Callable[[], object]] = {
        f"completion by {provider}": lambda provider=provider: call.completion(f"{provider}/m", _MESSAGES, **known)  # type: ignore[misc]
        for provider in ("openai", "anthropic", "azure_ai", "cohere", "deepseek", "gemini", "groq", "mistral", "ollama", "openrouter")
    }
    return routes | {
        "azure": lambda: call.completion("azure/m", _MESSAGES, api_version="2024-02-01", **known),
        "stream": lambda: list(call.completion("openai/m", _MESSAGES, stream=True, **known)),
        "acompletion": lambda: asynchronous(model="openai/m"),
        "acompletion by anthropic": lambda: asynchronous(model="anthropic/m"),
        "text_completion": lambda: call.text_completion(model="openai/m", prompt=PROMPT, **known),
        "responses": lambda: call.responses(model="openai/m", input=PROMPT, **known),
        "embedding": lambda: call.embedding(model="openai/m", input=[PROMPT], **known),
        "image_generation": lambda: call.image_generation(model="openai/m", prompt=PROMPT, **known),
        "transcription": lambda: call.transcription(model="openai/m", file=("a.wav", PROMPT.encode()), prompt=PROMPT, **known),
        "speech": lambda: call.speech(model="openai/m", voice="alloy", input=PROMPT, **known),
        "moderation": lambda: call.moderation(model="openai/m", input=PROMPT, **known),
        "rerank": lambda: call.rerank(model="cohere/m", query=PROMPT, documents=[PROMPT], top_n=1, **known),
        "router": lambda: router().completion(model="one", messages=_MESSAGES),
        "router with fallbacks": lambda: router(fallbacks=[{"one": ["two"]}]).completion(model="one", messages=_MESSAGES),
        "guardrail": blocked,
        "budget": spent,
        "proxy client": proxied,
    }


def main() -> None:
    """Ask by every route, and print what leaks of the error, and whether anything does without redaction."""
    found: dict[str, Any] = {}
    with echoing(429) as address:
        for name, ask in _routes(address).items():
            try:
                ask()
            except Exception as error:  # litellm's own or its clients'
                found[name] = {way: leaks(written(error, way)) for way in WAYS}
                found[name]["unredacted"] = leaks(written(error, "dumps", redact=False))
            else:
                found[name] = "raised nothing"
    sys.stdout.write(f"\n{json.dumps(found)}\n")


if __name__ == "__main__":
    main()

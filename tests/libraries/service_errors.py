"""Clients of services: language models, vector stores and search, clouds."""

from __future__ import annotations

import asyncio
import importlib.util
from typing import Any, Final

from client_errors import load, of, port_of

# --- LLM clients --------------------------------------------------------------------------------------------------

_ASKED: Final[Any] = [{"role": "user", "content": "hello"}]


@of("openai", "refuses")
def openai_status(url: str) -> None:
    with load("openai").OpenAI(api_key="k", base_url=url, max_retries=0) as client:
        client.chat.completions.create(model="m", messages=_ASKED)


@of("openai", "nobody")
def openai_connection(url: str) -> None:
    with load("openai").OpenAI(api_key="k", base_url=url, max_retries=0) as client:
        client.responses.create(model="m", input="hello")


@of("openai", "refuses")
def openai_async(url: str) -> None:
    async def ask() -> None:
        async with load("openai").AsyncOpenAI(api_key="k", base_url=url, max_retries=0) as client:
            await client.embeddings.create(model="m", input="hello")

    asyncio.run(ask())


@of("anthropic", "forbids")
def anthropic_status(url: str) -> None:
    with load("anthropic").Anthropic(api_key="k", base_url=url, max_retries=0) as client:
        client.messages.create(model="m", max_tokens=1, messages=_ASKED)


@of("mistralai", "refuses")
def mistralai_status(url: str) -> None:
    module = importlib.util.find_spec("mistralai.client") and load("mistralai.client")
    cls = getattr(load("mistralai"), "Mistral", None) or module.Mistral  # type: ignore[union-attr]
    cls(api_key="k", server_url=url).chat.complete(model="m", messages=_ASKED)


@of("groq", "refuses")
def groq_status(url: str) -> None:
    with load("groq").Groq(api_key="k", base_url=url, max_retries=0) as client:
        client.chat.completions.create(model="m", messages=_ASKED)


@of("ollama", "refuses")
def ollama_status(url: str) -> None:
    load("ollama").Client(host=url).chat(model="m", messages=_ASKED)


@of("ollama", "nobody")
def ollama_connection(url: str) -> None:
    load("ollama").Client(host=url).list()


@of("replicate", "forbids")
def replicate_status(url: str) -> None:
    load("replicate").Client(api_token="k", base_url=url).run("owner/model:version", input={})


@of("google.genai", "refuses")
def genai_status(url: str) -> None:
    with load("google.genai").Client(api_key="k", http_options={"base_url": url}) as client:
        client.models.generate_content(model="m", contents="hello")


@of("huggingface_hub", "forbids")
def huggingface_status(url: str) -> None:
    load("huggingface_hub").HfApi(endpoint=url).model_info("a/b")


@of("tokenizers")
def tokenizers_json() -> None:
    load("tokenizers").Tokenizer.from_str("{}")


# --- vector stores and search -------------------------------------------------------------------------------------


@of("qdrant_client", "forbids")
def qdrant_status(url: str) -> None:
    load("qdrant_client").QdrantClient(url=url, check_compatibility=False).get_collections()


@of("qdrant_client", "nobody")
def qdrant_connection(url: str) -> None:
    load("qdrant_client").QdrantClient(url=url, check_compatibility=False).get_collections()


@of("weaviate", "nobody")
def weaviate_connection(url: str) -> None:
    load("weaviate").connect_to_local(host="127.0.0.1", port=port_of(url))


@of("weaviate", "refuses")
def weaviate_status(url: str) -> None:
    load("weaviate").connect_to_local(host="127.0.0.1", port=port_of(url))


@of("pinecone", "forbids")
def pinecone_status(url: str) -> None:
    load("pinecone").Pinecone(api_key="k", host=url).list_indexes()


@of("meilisearch", "forbids")
def meilisearch_status(url: str) -> None:
    load("meilisearch").Client(url, "k").get_indexes()


@of("meilisearch", "nobody")
def meilisearch_connection(url: str) -> None:
    load("meilisearch").Client(url, "k").get_indexes()


@of("opensearchpy", "forbids")
def opensearch_status(url: str) -> None:
    load("opensearchpy").OpenSearch(url, max_retries=0).search(index="i")


@of("opensearchpy", "nobody")
def opensearch_connection(url: str) -> None:
    load("opensearchpy").OpenSearch(url, max_retries=0).search(index="i")


@of("elasticsearch", "forbids")
def elasticsearch_status(url: str) -> None:
    with load("elasticsearch").Elasticsearch(url, max_retries=0) as client:
        client.search(index="i")


@of("influxdb_client", "forbids")
def influxdb_status(url: str) -> None:
    with load("influxdb_client").InfluxDBClient(url=url, token="t", org="o") as client:
        client.query_api().query("buckets()")


# --- cloud services -----------------------------------------------------------------------------------------------


def _s3(url: str) -> Any:
    config = load("botocore.config").Config(retries={"max_attempts": 1, "mode": "standard"})
    credentials = {"aws_access_key_id": "a", "aws_secret_access_key": "s", "region_name": "us-east-1"}
    return load("boto3").client("s3", endpoint_url=url, config=config, **credentials)


@of("boto3", "forbids")
def boto3_status(url: str) -> None:
    _s3(url).list_buckets()


@of("boto3", "nobody")
def boto3_connection(url: str) -> None:
    _s3(url).list_buckets()


@of("boto3")
def boto3_parameters() -> None:
    _s3("http://127.0.0.1").get_object(Bucket="b", Key=1)


@of("google.api_core", "forbids")
def google_api_core_status(url: str) -> None:
    raise load("google.api_core.exceptions").from_http_response(load("requests").get(url, timeout=9))


@of("azure.core", "forbids")
def azure_core_status(url: str) -> None:
    with load("azure.core").PipelineClient(url) as client:
        client.send_request(load("azure.core.rest").HttpRequest("GET", url)).raise_for_status()


@of("hvac", "forbids")
def hvac_status(url: str) -> None:
    load("hvac").Client(url=url, token="t").secrets.kv.v2.read_secret_version(path="p")


@of("consul", "forbids")
def consul_status(url: str) -> None:
    load("consul").Consul(host="127.0.0.1", port=port_of(url)).kv.get("k")


@of("minio", "forbids")
def minio_status(url: str) -> None:
    minio = load("minio")
    client = minio.Minio(endpoint=url.removeprefix("http://"), access_key="a", secret_key="s", secure=False, region="r")
    client.list_buckets()


@of("kubernetes.client", "forbids")
def kubernetes_status(url: str) -> None:
    kubernetes = load("kubernetes.client")
    with kubernetes.ApiClient(kubernetes.Configuration(host=url)) as client:
        kubernetes.CoreV1Api(client).list_namespace()


@of("docker", "fails")
def docker_status(url: str) -> None:
    load("docker").DockerClient(base_url=url.replace("http", "tcp"), version="1.41").containers.list()


@of("docker", "nobody")
def docker_connection(url: str) -> None:
    load("docker").DockerClient(base_url=url.replace("http", "tcp"))


@of("github", "forbids")
def github_status(url: str) -> None:
    load("github").Github(base_url=url, retry=0).get_user("u")


@of("gitlab", "forbids")
def gitlab_status(url: str) -> None:
    load("gitlab").Gitlab(url).projects.get(1)


@of("notion_client", "forbids")
def notion_status(url: str) -> None:
    load("notion_client").Client(auth="t", base_url=url).users.list()


@of("slack_sdk", "forbids")
def slack_status(url: str) -> None:
    load("slack_sdk").WebClient(token="t", base_url=f"{url}/").api_test()


@of("stripe", "refuses")
def stripe_status(url: str) -> None:
    load("stripe").StripeClient("k", base_addresses={"api": url}, max_network_retries=0).v1.customers.list()

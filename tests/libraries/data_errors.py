"""Libraries that check, parse or compute, and what they say of odd data."""

from __future__ import annotations

from client_errors import load, of, port_of

# --- data, and what is checked of it ------------------------------------------------------------------------------


@of("jwt")
def jwt_signature() -> None:
    jwt = load("jwt")
    jwt.decode(jwt.encode({"a": 1}, "k" * 32, "HS256"), "other" * 8, ["HS256"])


@of("cryptography")
def fernet_token() -> None:
    fernet = load("cryptography.fernet").Fernet
    fernet(fernet.generate_key()).decrypt(b"nonsense")


@of("cryptography")
def cryptography_certificate() -> None:
    load("cryptography.x509").load_pem_x509_certificate(b"nonsense")


@of("cryptography")
def cryptography_algorithm() -> None:
    load("cryptography.hazmat.primitives.serialization").load_ssh_public_key(b"ssh-nothing AAAA")


@of("authlib")
def authlib_token() -> None:
    load("authlib.oauth2.rfc6749.parameters").parse_authorization_code_response("http://h/?error=access_denied&state=s", "s")


@of("requests_oauthlib", "refuses")
def oauthlib_token(url: str) -> None:
    load("requests_oauthlib").OAuth2Session("c").fetch_token(url.replace("http:", "https:"), code="c", timeout=1)


@of("lxml")
def lxml_syntax() -> None:
    load("lxml.etree").fromstring("<a><b></a>")


@of("defusedxml")
def defusedxml_entities() -> None:
    load("defusedxml.ElementTree").fromstring('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


@of("marshmallow")
def marshmallow_validation() -> None:
    marshmallow = load("marshmallow")
    marshmallow.Schema.from_dict({"a": marshmallow.fields.Int(required=True)})().load({"a": "x", "b": 1})


@of("pydantic")
def pydantic_validation() -> None:
    load("pydantic").TypeAdapter(dict[str, int]).validate_python({"a": "x"})


@of("jsonschema")
def jsonschema_validation() -> None:
    load("jsonschema").validate({"a": 1}, {"type": "object", "properties": {"a": {"type": "string"}}})


@of("cattrs")
def cattrs_validation() -> None:
    load("cattrs").structure({"a": ["x", "1"]}, dict[str, list[int]])


@of("polars")
def polars_column() -> None:
    load("polars").DataFrame({"a": [1]}).select("b")


@of("polars")
def polars_computation() -> None:
    load("polars").Series(["x"]).cast(load("polars").Int8)


@of("pyarrow")
def pyarrow_invalid() -> None:
    load("pyarrow").array(["x", 1])


@of("pyarrow")
def pyarrow_key() -> None:
    load("pyarrow").table({"a": [1]}).column("b")


@of("pandas")
def pandas_parser() -> None:
    load("pandas").read_csv(load("io").StringIO("a,b\n1,2,3\n1,2,3,4\n"))


@of("numpy")
def numpy_linear() -> None:
    load("numpy.linalg").inv([[0, 0], [0, 0]])


@of("orjson")
def orjson_decode() -> None:
    load("orjson").loads(b'{"a":')


@of("orjson")
def orjson_encode() -> None:
    load("orjson").dumps({1j: 2})


@of("msgspec")
def msgspec_validation() -> None:
    load("msgspec").json.decode(b'{"a": "x"}', type=dict[str, int])


@of("msgspec")
def msgspec_decode() -> None:
    load("msgspec").msgpack.decode(b"\xc1")


@of("msgpack")
def msgpack_extra() -> None:
    load("msgpack").unpackb(b"\x01\x02")


@of("cbor2")
def cbor2_end() -> None:
    load("cbor2").loads(b"\x82\x01")


@of("fastavro")
def fastavro_schema() -> None:
    load("fastavro").parse_schema({"type": "nothing"})


@of("yaml")
def yaml_scanner() -> None:
    load("yaml").safe_load("a: [1, 2\nb: }")


@of("sqlglot")
def sqlglot_parse() -> None:
    load("sqlglot").parse_one("select from from")


@of("pyparsing")
def pyparsing_parse() -> None:
    pyparsing = load("pyparsing")
    pyparsing.Word(pyparsing.nums).parse_string("x")


@of("lark")
def lark_token() -> None:
    load("lark").Lark('start: "a"+', parser="lalr").parse("ab")


@of("lark")
def lark_end() -> None:
    load("lark").Lark('start: "a" "b"', parser="earley").parse("a")


@of("beartype")
def beartype_call() -> None:
    beartype = load("beartype")

    def double(number: int) -> int:
        return 2 * number

    beartype.beartype(double)("x")


@of("zstandard")
def zstandard_frame() -> None:
    load("zstandard").ZstdDecompressor().decompress(b"nonsense")


@of("grpc", "nobody")
def grpc_connection(url: str) -> None:
    grpc = load("grpc")
    with grpc.insecure_channel(f"127.0.0.1:{port_of(url)}") as channel:
        channel.unary_unary("/s/m")(b"", timeout=2)


@of("jinja2")
def jinja2_syntax() -> None:
    load("jinja2").Template("{{ a ")


@of("click")
def click_usage() -> None:
    click = load("click")
    click.Command("c", params=[click.Option(["--number"], type=int)]).main(["--number", "x"], standalone_mode=False)

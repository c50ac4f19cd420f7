"""Credentials that are known by their shape, wherever they stand: each with a page of whoever issues them."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["SHAPES", "Shape"]


class Shape(NamedTuple):
    """A format of credentials.

    Attributes:
        label: what it is.
        needs: in lower case, texts one of which is in whatever the pattern matches.
        pattern: matches it, in a group if not all of it is secret. Letters count as they are written.
        source: the issuer's page on such credentials. What it doesn't tell of their length, scanners of secrets do.
        is_run: whether each match holds a run of sixteen letters, digits, hyphens or underscores: a text without one needn't be looked at.
    """

    label: str
    needs: tuple[str, ...]
    pattern: str
    source: str
    is_run: bool = True


#: Nothing that would make it a part of something else stands before, or after.
_B: Final = r"(?<![A-Za-z0-9_\-])"
_E: Final = r"(?![A-Za-z0-9_\-])"

SHAPES: Final = (
    Shape(
        "private key (PEM)",
        ("private key",),
        # Headers and lines of base64, as they are or with their ends escaped; what was cut off ends where no such line follows.
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        r"(?=(?:\\+[nr]|\s)*+(?:[A-Z][A-Za-z\-]{2,20}: [^\r\n\\]{0,200}+(?:\\+[nr]|\s)++){0,4}+[A-Za-z0-9+/]{16})"
        r"((?:(?:\\+[nr]|\s)++|[A-Za-z0-9+/=]{16,}+|[A-Za-z0-9+/=]{1,15}+(?=\\+[nr]|\s*+(?:-----|\Z))"
        r"|[A-Z][A-Za-z\-]{2,20}: [^\r\n\\]{0,200}+)++)",
        "https://www.rfc-editor.org/rfc/rfc7468",
        is_run=False,
    ),
    Shape(
        "private key (PuTTY)",
        ("private-lines: ",),
        r"Private-Lines: [0-9]{1,4}((?:(?:\\+[nr]|[\r\n])++[A-Za-z0-9+/]{4,64}+={0,2}(?![\w\-]))++)",
        "https://the.earth.li/~sgtatham/putty/latest/htmldoc/AppendixC.html",
        is_run=False,
    ),
    Shape(
        "hash of a password",
        ("$",),
        r"(?<![A-Za-z0-9$])\$(?:2[abxy]?\$[0-9]{2}\$[A-Za-z0-9./]{53}|(?:apr1|[1567y]|gy|md5|sha1|sm3|bcrypt-sha256)\$[A-Za-z0-9./=,$]{16,300}+"
        r"|(?:argon2(?:id|i|d)|scrypt|pbkdf2(?:-sha[0-9]{1,3})?)\$[A-Za-z0-9./+=,$]{24,500}+)",
        "https://man7.org/linux/man-pages/man5/crypt.5.html, https://httpd.apache.org/docs/2.4/misc/password_encryptions.html",
        is_run=False,
    ),
    Shape(
        "hash of a password, with its scheme",
        ("{sha", "{ssha", "{md5", "{smd5", "{crypt", "{pbkdf2", "{blf"),
        r"\{(?:S?SHA(?:[0-9]{3})?|S?MD5|CRYPT|PBKDF2[A-Z0-9\-]{0,12}|BLF-CRYPT)\}[A-Za-z0-9+/.$]{20,200}+={0,2}",
        "https://www.openldap.org/doc/admin26/security.html#Password%20Storage",
        is_run=False,
    ),
    Shape(
        "JSON web token",
        ("eyj",),
        _B + r"eyJ[A-Za-z0-9_\-]{13,}+\.(?:eyJ)?[A-Za-z0-9_\-]{10,}+(?:\.[A-Za-z0-9_\-]*+){1,3}",
        "https://www.rfc-editor.org/rfc/rfc7519",
    ),
    Shape(
        "GitHub token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        _B + r"(?:gh[pousr]_[A-Za-z0-9]{36,}+|github_pat_[A-Za-z0-9_]{22,}+)",
        "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats",
    ),
    Shape(
        "GitLab token",
        ("glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "gloas-", "glft-", "glimt-", "glagent-", "glsoat-", "glffct-"),
        _B + r"gl(?:pat|dt|rt|ptt|cbt|oas|ft|imt|agent|soat|ffct)-[A-Za-z0-9_\-.]{20,}+",
        "https://docs.gitlab.com/security/tokens/#token-prefixes",
    ),
    Shape(
        "Slack token",
        ("xox", "xapp-"),
        _B + r"(?:xox[abceoprs](?:\.xox[bp])?-(?=[A-Za-z\-]*[0-9])[A-Za-z0-9\-]{12,}+|xapp-[0-9]-[A-Za-z0-9\-]{20,}+)",
        "https://docs.slack.dev/authentication/tokens/",
    ),
    Shape(
        "Slack webhook",
        ("hooks.slack.com",),
        r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9_\-/]{20,}+)",
        "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/",
        is_run=False,
    ),
    Shape(
        "Discord webhook",
        ("/webhooks/",),
        r"discord(?:app)?\.com/api/(?:v[0-9]{1,3}/)?webhooks/[0-9]{10,25}/([A-Za-z0-9_\-]{40,}+)",
        "https://discord.com/developers/docs/resources/webhook#execute-webhook",
        is_run=False,
    ),
    Shape(
        "Telegram bot token",
        (":aa",),
        r"(?<![0-9])[0-9]{6,12}:AA[A-Za-z0-9_\-]{30,}+",
        "https://core.telegram.org/bots/api#authorizing-your-bot",
    ),
    Shape(
        "Telegram bot token in a URL",
        ("/bot",),
        r"/bot[0-9]{6,12}:(?!AA[A-Za-z0-9_\-]{30})([A-Za-z0-9_\-]{10,}+)",
        "https://core.telegram.org/bots/api#making-requests",
        is_run=False,
    ),
    Shape(
        "OpenAI, Anthropic or OpenRouter key",
        ("sk-",),
        _B + r"sk-(?:(?:ant|proj|svcacct|admin|or)-[A-Za-z0-9_\-]{20,}+|[A-Za-z0-9]{20,}+)",
        "https://platform.openai.com/docs/api-reference/authentication, https://docs.anthropic.com/en/api/overview",
    ),
    Shape(
        "Stripe key",
        ("k_live_", "k_test_", "whsec_"),
        _B + r"(?:[rs]k_(?:live|test)_[A-Za-z0-9]{10,}+|whsec_[A-Za-z0-9]{10}[A-Za-z0-9+/=]{10,}+)",
        "https://docs.stripe.com/keys",
    ),
    Shape(
        "Google key",
        ("aiza", "ya29.", "gocspx-"),
        _B + r"(?:AIza[A-Za-z0-9_\-]{35}|ya29\.[A-Za-z0-9_\-.]{20,}+|GOCSPX-[A-Za-z0-9_\-]{20,}+)",
        "https://cloud.google.com/docs/authentication/api-keys-use, https://developers.google.com/identity/protocols/oauth2/web-server",
    ),
    Shape("npm token", ("npm_",), _B + r"npm_[A-Za-z0-9]{36}" + _E, "https://docs.npmjs.com/about-access-tokens/"),
    Shape(
        "PyPI token",
        ("pypi-ag",),
        _B + r"pypi-Ag[A-Za-z0-9_\-]{50,}+",
        "https://pypi.org/help/#apitoken",
    ),
    Shape(
        "AWS secret access key, after its id",
        ("akia", "asia"),
        r"(?<![A-Z0-9])A[KS]IA[A-Z0-9]{16}(?![A-Z0-9])[^A-Za-z0-9+/]{1,12}(?=[A-Z]*[a-z0-9+/])([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/])",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
    ),
    Shape(
        "SendGrid key",
        ("sg.",),
        _B + r"SG\.[A-Za-z0-9_\-]{20,24}\.[A-Za-z0-9_\-]{39,50}" + _E,
        "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
    ),
    Shape("Hugging Face token", ("hf_",), _B + r"hf_[A-Za-z0-9]{30,}+" + _E, "https://huggingface.co/docs/hub/security-tokens"),
    Shape("Groq key", ("gsk_",), _B + r"gsk_[A-Za-z0-9]{40,}+", "https://console.groq.com/docs/quickstart"),
    Shape(
        "DigitalOcean token",
        ("dop_v1_", "doo_v1_", "dor_v1_"),
        _B + r"do[opr]_v1_[a-f0-9]{64}",
        "https://docs.digitalocean.com/reference/api/create-personal-access-token/",
    ),
    Shape(
        "Shopify token",
        ("shpat_", "shpca_", "shppa_", "shpss_", "shpua_"),
        _B + r"shp(?:at|ca|pa|ss|ua)_[A-Fa-f0-9]{32}",
        "https://shopify.dev/changelog/length-of-the-shopify-access-token-is-increasing",
    ),
    Shape(
        "Vault token",
        ("hvs.", "hvb.", "hvr."),
        _B + r"hv[bsr]\.[A-Za-z0-9_\-]{24,}+",
        "https://developer.hashicorp.com/vault/docs/concepts/tokens",
    ),
    Shape(
        "Cloudflare token",
        ("cfk_", "cfut_", "cfat_"),
        _B + r"(?:cfk|cfut|cfat)_[A-Za-z0-9]{40,}+",
        "https://developers.cloudflare.com/fundamentals/api/get-started/token-formats",
    ),
    Shape("xAI key", ("xai-",), _B + r"xai-[A-Za-z0-9_\-]{60,}+", "https://docs.x.ai/docs/overview"),
    Shape("Perplexity key", ("pplx-",), _B + r"pplx-[A-Za-z0-9]{40,}+", "https://docs.perplexity.ai/guides/api-key-management"),
    Shape("NVIDIA key", ("nvapi-",), _B + r"nvapi-[A-Za-z0-9_\-]{60,}+", "https://docs.nvidia.com/ngc/latest/ngc-user-guide.html"),
    Shape("Replicate token", ("r8_",), _B + r"r8_[A-Za-z0-9]{37,}+", "https://replicate.com/docs/topics/security/api-tokens"),
    Shape(
        "Tavily key",
        ("tvly-",),
        _B + r"tvly-(?:(?:dev|prod)-)?[A-Za-z0-9_\-]{24,}+",
        "https://docs.tavily.com/documentation/api-reference/introduction",
    ),
    Shape(
        "LangSmith key",
        ("lsv2_",),
        _B + r"lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10,16}" + _E,
        "https://docs.langchain.com/langsmith/create-account-api-key",
    ),
    Shape("Langfuse key", ("sk-lf-",), _B + r"sk-lf-[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}" + _E, "https://langfuse.com/docs/api"),
    Shape(
        "Pinecone key",
        ("pcsk_",),
        _B + r"pcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{60,}+",
        "https://docs.pinecone.io/guides/projects/manage-api-keys",
    ),
    Shape("Docker token", ("dckr_",), _B + r"dckr_[po]at_[A-Za-z0-9_\-]{20,}+", "https://docs.docker.com/security/access-tokens/"),
    Shape("Figma token", ("figd_",), _B + r"figd_[A-Za-z0-9_\-]{36,}+", "https://developers.figma.com/docs/rest-api/authentication/"),
    Shape("Linear key", ("lin_",), _B + r"lin_(?:api|oauth)_[A-Za-z0-9]{36,}+", "https://linear.app/developers/graphql"),
    Shape("Notion token", ("ntn_",), _B + r"ntn_[A-Za-z0-9]{40,}+", "https://developers.notion.com/page/changelog"),
    Shape(
        "Databricks token",
        ("dapi",),
        _B + r"dapi[a-f0-9]{32}(?:-[0-9]{1,2})?" + _E,
        "https://docs.databricks.com/aws/en/dev-tools/auth/pat",
    ),
    Shape("age identity", ("age-secret-key-1",), _B + r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}" + _E, "https://age-encryption.org/v1"),
    Shape(
        "New Relic key", ("nrak-",), _B + r"NRAK-[A-Z0-9]{27}" + _E, "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/"
    ),
    Shape(
        "Sentry token",
        ("sntrys_", "sntryu_"),
        _B + r"(?:sntrys_eyJ[A-Za-z0-9+/=_\-]{40,}+|sntryu_[a-f0-9]{64})" + _E,
        "https://docs.sentry.io/security-legal-pii/security/token-formats/",
    ),
    Shape(
        "Atlassian token",
        ("atatt3x",),
        _B + r"ATATT3x[A-Za-z0-9_\-=]{60,}+",
        "https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/",
    ),
    Shape(
        "1Password token", ("ops_eyj",), _B + r"ops_eyJ[A-Za-z0-9+/=_\-]{60,}+", "https://developer.1password.com/docs/service-accounts/"
    ),
    Shape(
        "Doppler token",
        ("dp.",),
        _B + r"dp\.(?:pt|ct|sa|said|scim|audit|st(?:\.[a-z0-9_\-]{1,35})?)\.[A-Za-z0-9]{40,44}" + _E,
        "https://docs.doppler.com/reference/auth-token-formats",
    ),
    Shape(
        "Pulumi token",
        ("pul-",),
        _B + r"pul-[a-f0-9]{40}" + _E,
        "https://www.pulumi.com/docs/pulumi-cloud/access-management/access-tokens/",
    ),
    Shape("PostHog key", ("phx_",), _B + r"phx_[A-Za-z0-9]{40,}+", "https://posthog.com/docs/api"),
    Shape(
        "Supabase key",
        ("sbp_", "sb_secret_"),
        _B + r"(?:sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_\-]{22,}+)" + _E,
        "https://supabase.com/docs/guides/api/api-keys",
    ),
    Shape("RubyGems key", ("rubygems_",), _B + r"rubygems_[a-f0-9]{48}" + _E, "https://guides.rubygems.org/api-key-scopes/"),
    Shape(
        "Packagist token",
        ("packagist_",),
        _B + r"packagist_[a-z]{3}_[a-f0-9]{68}" + _E,
        "https://github.com/packagist/private-packagist-docs/blob/master/docs/composer-authentication.md",
    ),
    Shape(
        "Grafana token",
        ("glsa_",),
        _B + r"glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}" + _E,
        "https://grafana.com/docs/grafana/latest/administration/service-accounts/",
    ),
    Shape(
        "Infura key",
        ("infura.io/",),
        r"infura\.io/(?:ws/)?v3/([a-f0-9]{32})" + _E,
        "https://docs.metamask.io/services/get-started/endpoints/",
        is_run=False,
    ),
    Shape(
        "Alchemy key",
        ("alchemy.com/", "alchemyapi.io/"),
        r"alchemy(?:\.com|api\.io)/(?:[a-z]{2,10}/)?v[23]/([A-Za-z0-9_\-]{20,}+)",
        "https://www.alchemy.com/docs/create-an-api-key",
        is_run=False,
    ),
)

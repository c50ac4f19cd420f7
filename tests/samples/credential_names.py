"""Names of headers, parameters, fields and settings as vendors document them: those of credentials, and those that only sound like it."""

from __future__ import annotations

__all__ = ["CREDENTIALS", "OTHERS"]


def _table(text: str) -> dict[str, list[str]]:
    """Read lines of ``vendor: name name ...``."""
    rows = (line.partition(": ") for line in text.strip().splitlines())
    return {vendor.strip(): names.split() for vendor, _, names in rows}


#: By who documents them.
CREDENTIALS = _table(
    """
    keytool: keypass storepass keystore_pass
    OpenLDAP and OpenDJ: bindpw rootpw
    Ansible: ansible_become_pass sudo_pass
    WireGuard and IPsec: PresharedKey preshared_key pre_shared_key
    web servers: certificate_key tls_key ssl_key
    Supabase: SUPABASE_KEY service_role_key SUPABASE_SERVICE_ROLE_KEY anon_key
    Kaggle, Trello, Pusher, Ably, Mailgun: KAGGLE_KEY TRELLO_KEY X-Pusher-Key X-Ably-Key X-Mailgun-Key
    Vercel: x-vercel-protection-bypass
    OVHcloud: X-Ovh-Consumer X-OVH-Consumer
    HashiCorp Vault (AppRole): VAULT_SECRET_ID role_secret_id
    second factors: mfa_code otp_code totp_code two_factor_code verification_code backup_codes recovery_codes recovery_code
    personal access tokens: GITHUB_PAT GITLAB_PAT
    OAuth 1: oauth_verifier
    short for it: cred db_cred apikeys api_pass
    RFC 9110 (HTTP): Authorization Proxy-Authorization
    RFC 6265 (cookies): Cookie Set-Cookie
    RFC 2965 (cookies, obsolete): Set-Cookie2 Cookie2
    RFC 6749 (OAuth 2.0): access_token refresh_token client_secret password
    RFC 7521 and 7523 (assertions): client_assertion
    RFC 7636 (PKCE): code_verifier
    RFC 7662 and 8693 (tokens): token subject_token actor_token
    OpenID Connect: id_token id_token_hint logout_token
    SAML 2.0: SAMLResponse
    PEP 3333 (WSGI): HTTP_AUTHORIZATION HTTP_COOKIE HTTP_X_API_KEY HTTP_X_CSRFTOKEN
    OpenAI: api_key OPENAI_API_KEY openai-api-key
    Anthropic: x-api-key ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN
    Azure OpenAI: api-key AZURE_OPENAI_API_KEY azure_ad_token
    Azure API Management: Ocp-Apim-Subscription-Key subscription-key
    Azure Functions: x-functions-key
    Azure Storage: AccountKey SharedAccessKey SharedAccessSignature account_key x-ms-encryption-key x-ms-copy-source-authorization
    Azure App Service: X-ZUMO-AUTH x-ms-token-aad-access-token x-ms-token-aad-id-token x-ms-token-aad-refresh-token
    Azure Resource Manager: x-ms-authorization-auxiliary
    Azure Cosmos DB: primaryMasterKey secondaryMasterKey masterKey
    Entra ID: client_secret client_assertion AZURE_CLIENT_SECRET
    AWS Signature Version 4: X-Amz-Security-Token X-Amz-Credential
    AWS settings: aws_secret_access_key aws_session_token AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN SecretAccessKey SessionToken
    AWS IMDS and SSO: x-aws-ec2-metadata-token x-amz-sso_bearer_token
    AWS S3: x-amz-server-side-encryption-customer-key x-amz-copy-source-server-side-encryption-customer-key
    AWS ELB: x-amzn-oidc-accesstoken
    AWS Cognito: AccessToken IdToken RefreshToken SecretHash
    Google Cloud: X-Goog-Api-Key x-goog-iap-jwt-assertion x-goog-iam-authorization-token X-Goog-Encryption-Key private_key client_secret
    Gemini: GEMINI_API_KEY GOOGLE_API_KEY x-goog-api-key
    Mistral: MISTRAL_API_KEY
    Cohere: COHERE_API_KEY CO_API_KEY
    Hugging Face: HF_TOKEN HUGGING_FACE_HUB_TOKEN hf_token
    ElevenLabs: xi-api-key
    Gladia: x-gladia-key
    Deepgram: DEEPGRAM_API_KEY
    Replicate: REPLICATE_API_TOKEN
    Groq: GROQ_API_KEY
    Voyage AI: VOYAGE_API_KEY
    Pinecone: Api-Key PINECONE_API_KEY
    Qdrant: api-key
    Weaviate: X-OpenAI-Api-Key X-Cohere-Api-Key X-HuggingFace-Api-Key
    Typesense: X-TYPESENSE-API-KEY
    Algolia: X-Algolia-API-Key
    Elastic: api_key ELASTIC_PASSWORD
    Tavily: TAVILY_API_KEY
    Brave Search: X-Subscription-Token
    SerpApi: serpapi_api_key
    RapidAPI: X-RapidAPI-Key x-rapidapi-proxy-secret x-mashape-key
    GitHub: GITHUB_TOKEN GH_TOKEN X-GitHub-OTP
    GitLab: PRIVATE-TOKEN JOB-TOKEN Deploy-Token CI_JOB_TOKEN X-Gitlab-Token
    Gitea: X-Gitea-OTP
    Bitbucket: app_password
    CircleCI: Circle-Token
    Buildkite: X-Buildkite-Token
    Jenkins: Jenkins-Crumb-Token apiToken
    SonarQube: X-Sonar-Passcode sonar.token
    JFrog: X-JFrog-Art-Api
    npm: _authToken _auth _password
    NuGet: X-NuGet-ApiKey
    PyPI: TWINE_PASSWORD
    Docker: identitytoken registrytoken DOCKER_PASSWORD
    Octopus Deploy: X-Octopus-ApiKey
    Rundeck: X-Rundeck-Auth-Token
    Terraform: TFE_TOKEN
    HashiCorp Vault: X-Vault-Token client_token secret_id VAULT_TOKEN
    HashiCorp Consul: X-Consul-Token CONSUL_HTTP_TOKEN
    HashiCorp Nomad: X-Nomad-Token
    Kubernetes: client-key-data id-token X-Auth-Token
    OpenStack: X-Auth-Token X-Subject-Token X-Service-Token X-Storage-Token
    Proxmox: PVEAuthCookie CSRFPreventionToken
    VMware: vmware-api-session-token
    Cisco Meraki: X-Cisco-Meraki-API-Key
    Cloudflare: X-Auth-Key X-Auth-User-Service-Key CF-Access-Client-Secret CF-Access-Token CF-Access-Jwt-Assertion CLOUDFLARE_API_TOKEN
    Fastly: Fastly-Key
    DigitalOcean: DIGITALOCEAN_ACCESS_TOKEN
    Datadog: DD-API-KEY DD-APPLICATION-KEY DD_API_KEY dd_app_key
    New Relic: X-License-Key X-Insert-Key X-Query-Key Api-Key NEW_RELIC_LICENSE_KEY
    Honeycomb: X-Honeycomb-Team
    Splunk: splunk_hec_token X-SF-TOKEN
    Sentry: X-Sentry-Auth X-Sentry-Token SENTRY_AUTH_TOKEN
    Grafana: GRAFANA_API_KEY X-Grafana-Service-Account-Token
    PagerDuty: integration_key routing_secret
    Papertrail: X-Papertrail-Token
    Loggly: customer_token
    Slack: SLACK_BOT_TOKEN SLACK_SIGNING_SECRET bot_token app_token
    Discord: DISCORD_TOKEN
    Telegram: X-Telegram-Bot-Api-Secret-Token bot_token
    Twilio: auth_token TWILIO_AUTH_TOKEN api_key_secret
    SendGrid: SENDGRID_API_KEY
    Mailgun: MAILGUN_API_KEY
    Postmark: X-Postmark-Server-Token X-Postmark-Account-Token
    Mailchimp: MAILCHIMP_API_KEY
    Stripe: STRIPE_SECRET_KEY webhook_secret client_secret STRIPE_API_KEY
    PayPal: PAYPAL_CLIENT_SECRET
    Plaid: PLAID-SECRET plaid_secret public_token_secret
    Adyen: X-API-Key hmacKey
    Square: SQUARE_ACCESS_TOKEN
    Shopify: X-Shopify-Access-Token X-Shopify-Storefront-Access-Token SHOPIFY_API_SECRET
    Recharge: X-Recharge-Access-Token
    WooCommerce: consumer_key consumer_secret
    Alpaca: APCA-API-SECRET-KEY
    Coinbase: CB-ACCESS-KEY CB-ACCESS-PASSPHRASE
    KuCoin: KC-API-KEY KC-API-PASSPHRASE
    Binance: X-MBX-APIKEY
    CoinMarketCap: X-CMC_PRO_API_KEY
    Finnhub: X-Finnhub-Token
    Facebook: access_token appsecret fb_exchange_token
    Twitter: oauth_token oauth_token_secret oauth_consumer_key bearer_token consumer_secret
    Trello: TRELLO_TOKEN
    Atlassian: JIRA_API_TOKEN ATLASSIAN_TOKEN_SECRET
    Figma: X-Figma-Token X-FIGMA-TOKEN
    Notion: NOTION_TOKEN notion_secret
    Airtable: AIRTABLE_API_KEY
    Contentful: CONTENTFUL_ACCESS_TOKEN
    Hasura: X-Hasura-Admin-Secret X-Hasura-Access-Key
    Supabase: apikey SUPABASE_SERVICE_ROLE_SECRET
    Appwrite: X-Appwrite-Key X-Appwrite-JWT
    Parse: X-Parse-REST-API-Key X-Parse-Master-Key X-Parse-Session-Token
    Plex: X-Plex-Token
    Emby and Jellyfin: X-Emby-Token X-MediaBrowser-Token
    Redmine: X-Redmine-API-Key
    Zammad: X-Zammad-Session-Token
    n8n: X-N8N-API-KEY
    Modal: Modal-Secret MODAL_TOKEN_SECRET
    Chef: X-Ops-Authorization-1 X-Ops-Authorization-2
    OAuth2 Proxy: X-Forwarded-Access-Token X-Auth-Request-Access-Token _oauth2_proxy_cookie
    Django: sessionid csrftoken csrfmiddlewaretoken X-CSRFToken SECRET_KEY
    Flask and Werkzeug: SECRET_KEY csrf_token
    Rails: authenticity_token X-CSRF-Token secret_key_base
    Laravel: X-XSRF-TOKEN APP_KEY
    ASP.NET: ASP.NET_SessionId __RequestVerificationToken
    Java servlets: JSESSIONID
    PHP: PHPSESSID
    NextAuth: __Secure-next-auth.session-token next-auth.csrf-token
    PostgreSQL: PGPASSWORD password sslpassword
    MySQL: MYSQL_PWD MYSQL_ROOT_PASSWORD passwd
    SQL Server: PWD Password sa_password
    MongoDB: MONGO_INITDB_ROOT_PASSWORD
    Redis: REDISCLI_AUTH requirepass_password masterauth_password
    RabbitMQ: RABBITMQ_DEFAULT_PASS
    Snowflake: private_key_passphrase SNOWFLAKE_PASSWORD
    Databricks: DATABRICKS_TOKEN
    paramiko and SSH: passphrase SSHPASS
    SMTP and IMAP: smtp_password EMAIL_HOST_PASSWORD mail_pass imap_pass
    programs of all kinds: userPassword dbPassword db_pass oldPassword newPassword passWord pass_word passwort apiKey apiKeys secretKey
    more programs: privateKey signingKey encryption_key sharedSecret webhookSecret
    more programs, again: authToken accessTokens refreshTokens credentials secrets passwords
    RFC 8628 (device flow): device_code
    payment: cvv card_cvc cvv2
    Wi-Fi and IPsec: psk wpa_psk preshared_key_psk
    wallets: mnemonic seed_phrase seedPhrase recovery_phrase
    Azure Storage, again: sas blob_sas sas_token
    Python, again: authkey creds db_creds userCreds
    lower case: masterkey sharedkey signingkey encryptionkey Authentication
    and more: jwt bearer auth otp totp_secret x-auth x-secret admin_token service-token session_key hmac_secret db_credentials
    """
)

OTHERS = _table(
    """
    AWS, against doing it twice: client_request_token sequence_token StartingToken nextForwardToken nextBackwardToken idempotency_token
    Kubernetes and Helm: image_pull_secrets existing_secret secret_ref
    forms: forgot_password show_password hide_password password_prompt password_change last_password_change
    settings about them: password_command password_authentication token_bucket token_embedding jwt_claims credit credits password_hasher token_re
    kinds of keys: role_key partner_key merchant_key tenant_key project_key product_key routing_key
    codes: error_code status_code country_code backup_code_path recovery_mode verification_status github_path github_pattern
    RFC 9110 (HTTP): WWW-Authenticate Proxy-Authenticate Authentication-Info ETag If-Match Retry-After Content-Length Accept Vary Host
    RFC 9113 (HTTP/2): :authority :method :path
    RFC 6455 (WebSocket): Sec-WebSocket-Key Sec-WebSocket-Accept Sec-WebSocket-Version
    RFC 8471: Sec-Token-Binding
    Fetch (CORS): Access-Control-Allow-Credentials Access-Control-Allow-Headers Access-Control-Request-Headers
    RFC 6749 (OAuth 2.0): token_type expires_in scope state grant_type client_id redirect_uri error error_description
    RFC 8414 (OAuth metadata): token_endpoint authorization_endpoint token_endpoint_auth_methods_supported revocation_endpoint jwks_uri
    RFC 7591 (OAuth registration): client_secret_expires_at token_endpoint_auth_method
    RFC 7517 (JWK): kid kty alg use n e
    OpenAI: max_tokens max_completion_tokens prompt_tokens completion_tokens
    OpenAI, again: total_tokens cached_tokens logprobs token_logprobs openai-organization
    OpenAI limits: x-ratelimit-limit-tokens x-ratelimit-remaining-tokens
    OpenAI limits, again: x-ratelimit-reset-tokens x-ratelimit-remaining-requests x-request-id
    OpenAI details: prompt_tokens_details completion_tokens_details reasoning_tokens max_output_tokens input_token_details
    Anthropic: anthropic-ratelimit-tokens-limit anthropic-ratelimit-input-tokens-remaining
    Anthropic, again: input_tokens output_tokens cache_read_input_tokens
    Anthropic, more: anthropic-version request-id max_tokens_to_sample budget_tokens
    litellm: input_cost_per_token output_cost_per_token max_input_tokens tokens_per_minute num_retries model_info
    Gemini: promptTokenCount candidatesTokenCount totalTokenCount
    Hugging Face: eos_token bos_token pad_token unk_token sep_token cls_token
    Hugging Face, again: mask_token token_ids tokenizer num_tokens special_tokens eos_token_id
    AWS: NextToken NextContinuationToken ContinuationToken x-amz-request-id
    AWS, again: x-amz-id-2 x-amz-date x-amz-target x-amz-content-sha256 AWSAccessKeyId
    AWS, more: aws_access_key_id AccessKeyId KeyId key_name SecretName x-aws-ec2-metadata-token-ttl-seconds x-amz-bucket-region
    AWS S3: x-amz-server-side-encryption-customer-key-md5 x-amz-server-side-encryption-customer-algorithm Key Keys KeyCount KeyMarker
    AWS KMS: x-amz-server-side-encryption-aws-kms-key-id KeyManager key_spec
    DynamoDB: HashKey RangeKey partition_key sort_key LastEvaluatedKey ExclusiveStartKey
    Azure: x-ms-request-id x-ms-version x-ms-encryption-key-sha256 x-ms-client-principal x-ms-client-principal-name SharedAccessKeyName
    Azure, more: x-ms-continuation continuationToken skipToken x-ms-token-aad-expires-on PartitionKey RowKey
    Google Cloud: nextPageToken pageToken page_token next_page_token
    Google Cloud, again: syncToken nextSyncToken x-goog-authenticated-user-email x-goog-request-id
    Google Cloud, more: GOOGLE_APPLICATION_CREDENTIALS token_uri auth_uri
    Google Cloud, more, again: client_email private_key_id auth_provider_x509_cert_url token_url
    Kubernetes: continue resourceVersion secretName imagePullPolicy serviceAccountName keyRef
    Slack: next_cursor team user channel x-slack-req-id x-slack-signature x-slack-request-timestamp
    GitHub: X-Hub-Signature-256 X-GitHub-Delivery X-RateLimit-Remaining x-oauth-scopes X-Accepted-OAuth-Scopes
    Stripe: Stripe-Signature Idempotency-Key Stripe-Version publishable_key
    Shopify: X-Shopify-Hmac-Sha256 X-Shopify-Topic
    Twilio: X-Twilio-Signature account_sid
    Algolia: X-Algolia-Application-Id
    Alpaca: APCA-API-KEY-ID
    reCAPTCHA: site_key sitekey
    MongoDB: resume_token resumeAfter
    Vault: X-Vault-Namespace X-Vault-Wrap-TTL token_policies token_ttl token_max_ttl
    WebDAV: Lock-Token
    OAuth2 Proxy: X-Auth-Request-User X-Auth-Request-Email X-Auth-Request-Groups
    Cloudflare: CF-Ray X-Auth-Email CF-Access-Client-Id
    proxies: X-Forwarded-For X-Forwarded-Host X-Real-IP X-Authenticated-User X-Request-Id X-Correlation-Id traceparent
    Django: PASSWORD_HASHERS AUTH_PASSWORD_VALIDATORS AUTH_USER_MODEL
    Django, again: SESSION_COOKIE_NAME CSRF_COOKIE_DOMAIN SESSION_COOKIE_AGE CSRF_FAILURE_VIEW
    databases: primary_key primaryKey foreign_key foreignKey public_key unique_key cache_key object_key keyspace keystore routing_key
    Python: KeyError keyword keywords kwargs key keys sorted_key monkeypatch
    parsers: unexpected_token expected_tokens token_count tokens tokenize tokenizer current_token start_token
    users: author authors author_email username user_id is_authenticated authority last_login
    forms: password_min_length password_changed_at password_reset_url has_password
    forms, again: require_password is_token_valid needs_auth password_strength
    settings: auth_type auth_url auth_mode auth_method auth_provider
    settings, again: token_expiry token_lifetime session_id cookie_policy cookie_domain secret_version
    more settings: secret_arn private_key_path private_key_file api_key_name
    more settings, again: api_key_id api_key_header_name credentials_path key_file ssl_keyfile
    RFC 8628 (device flow): user_code verification_uri device_id device_token_type
    payment: cvv_check cvc_result card_brand last4
    where a password is in the value, and found there: dsn sentry_dsn conn_str connection_string connectionString database_url
    pins, of parts, maps and packages: pin pins pinned pin_number gpio_pin pincode
    authentication: basic_authentication authentication_required authentication_type authentication_method
    credentials in part: creds_file creds_path psk_identity mnemonic_length seed random_seed phrase device
    words: passenger compass bypass passed pass_rate secretary keyboard monkey
    words, again: turkey donkey whiskey hockey authored unauthorized tokenism sigma
    """
)

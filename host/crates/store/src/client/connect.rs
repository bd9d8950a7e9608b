//! Clients of the services, with what the environment says of each: credentials, regions, servers.
//!
//! It must never read a credential itself, nor take one for a web server: those get a URL and
//! nothing else.

use super::super::object_url::{ObjectUrl, StoreService};
use super::answer::{LastStatus, WatchingConnector};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, Result, RetryConfig};

/// The store that has the object at `url`, and its path there. The store notes each answer's
/// `status`.
pub(super) fn connect(url: &ObjectUrl, status: &LastStatus) -> Result<(Box<dyn ObjectStore>, Path)> {
    // Once for the process; a second call finds it done.
    drop(rustls::crypto::ring::default_provider().install_default());
    let connector = WatchingConnector(status.clone());
    let key = || Ok::<_, object_store::Error>(Path::parse(url.key())?);
    Ok(match url.service() {
        StoreService::S3 => {
            let builder = AmazonS3Builder::from_env().with_bucket_name(url.place());
            let builder = builder.with_retry(once()).with_http_connector(connector);
            (Box::new(builder.build()?), key()?)
        }
        StoreService::Gcs => {
            let builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(url.place());
            let builder = builder.with_retry(once()).with_http_connector(connector);
            (Box::new(builder.build()?), key()?)
        }
        StoreService::Azure => {
            let builder = MicrosoftAzureBuilder::from_env().with_container_name(url.place());
            // No variable has the supervisor start a program.
            let builder = builder.with_use_azure_cli(false);
            let builder = builder.with_retry(once()).with_http_connector(connector);
            (Box::new(builder.build()?), key()?)
        }
        StoreService::Https | StoreService::Http => {
            // The whole URL is the server's, so that its path and query are asked for as written.
            let options = ClientOptions::new().with_allow_http(url.service() == StoreService::Http);
            let builder = HttpBuilder::new().with_url(url.secret_text()).with_client_options(options);
            let builder = builder.with_retry(once()).with_http_connector(connector);
            (Box::new(builder.build()?), Path::default())
        }
    })
}

/// No request is repeated by the store: whoever reads does that.
fn once() -> RetryConfig {
    RetryConfig { max_retries: 0, ..RetryConfig::default() }
}

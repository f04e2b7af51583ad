//! The name by which a program reached this server.

use axum::http::HeaderMap;
use axum::http::header::HOST;
use domain::DomainName;

/// The domain for which `service` was asked by the name `service.domain`; none for any other name.
pub(crate) fn domain_asked(headers: &HeaderMap, service: &str) -> Option<DomainName> {
    let host = headers.get(HOST)?.to_str().ok()?;
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    let (first, domain) = name.split_once('.')?;
    first.eq_ignore_ascii_case(service).then(|| domain.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_of_the_service_leads_to_a_domain() {
        let asked = |host: &str| {
            let headers = HeaderMap::from_iter([(HOST, host.parse().unwrap())]);
            domain_asked(&headers, "mta-sts").map(|domain| domain.to_string())
        };
        assert_eq!(asked("mta-sts.example.test"), Some("example.test".to_owned()));
        assert_eq!(asked("MTA-STS.Example.Test:8443"), Some("example.test".to_owned()));
        for other in
            ["example.test", "mta-sts", "mta-sts.", "mta-sts..test", "x.mta-sts.test", "[::1]:80", ""]
        {
            assert_eq!(asked(other), None, "{other}");
        }
        assert_eq!(domain_asked(&HeaderMap::new(), "mta-sts"), None);
    }
}

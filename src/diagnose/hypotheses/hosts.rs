//! Mistakes about the host that is signed.

use super::{Hypotheses, detail};
use crate::diagnose::received::split_port;
use crate::diagnose::recipe::HeadChange;
use crate::diagnose::text::public;

impl Hypotheses<'_> {
    pub(super) fn add_hosts(&mut self) {
        let host = String::from_utf8_lossy(self.received.host_as_sent()).into_owned();
        let (name, port) = split_port(host.as_bytes());
        let name = String::from_utf8_lossy(name).into_owned();
        let port = String::from_utf8_lossy(port).into_owned();
        let mut ports = vec![host.clone(), name.clone()];
        ports.extend([":443", ":80", ":8080", ":8443", ":"].map(|port| format!("{name}{port}")));
        for host in ports {
            self.add_host("host-port", &host);
        }
        for host in self.other_hosts(&host, &name) {
            self.add_host("host-other", &host);
            if !port.is_empty() {
                self.add_host("host-other", &format!("{host}:{port}"));
            }
        }
    }

    fn other_hosts(&self, host: &str, name: &str) -> Vec<String> {
        let (region, service) = (self.region, self.service);
        let label = service.to_ascii_lowercase().replace('_', "-");
        let scheme = self.received.scheme.unwrap_or("https");
        let mut hosts = vec![
            "open.volcengineapi.com".to_owned(),
            format!("{label}.volcengineapi.com"),
            format!("{label}.{region}.volcengineapi.com"),
        ];
        hosts.extend(self.received.authority.map(str::to_owned));
        let forwarded = ["x-forwarded-host", "x-original-host", "x-host", "forwarded"];
        hosts.extend(forwarded.iter().filter_map(|name| self.received.header_text(name)).map(
            |text| {
                let host = text.split("host=").last().unwrap_or(text);
                host.split([',', ';']).next().unwrap_or_default().trim_matches('"').to_owned()
            },
        ));
        hosts.extend([
            format!("{scheme}://{host}"),
            host.to_ascii_lowercase(),
            host.to_ascii_uppercase(),
            format!("{service}.volcengineapi.com"),
            format!("{service}.{region}.volcengineapi.com"),
            format!("{host}/"),
            format!("{scheme}://{host}/"),
            format!("{host}."),
            name.strip_prefix("www.").unwrap_or(name).to_owned(),
            format!("{label}.{region}.volces.com"),
            format!("{label}.volces.com"),
            format!("{label}-{region}.volces.com"),
            format!("{host}{}", self.received.path),
        ]);
        hosts.extend(HOSTS.iter().map(|host| (*host).to_owned()));
        hosts
    }

    fn add_host(&mut self, id: &'static str, host: &str) {
        let is_known = host.as_bytes() == self.received.host();
        if !is_known {
            let change = HeadChange { host: Some(public(host)), ..HeadChange::default() };
            let shown = self.name(host);
            self.add(id, detail("host", shown), change);
        }
    }
}

/// Hosts that code of this cloud names.
const HOSTS: &[&str] = &[
    "visual.volcengineapi.com",
    "iam.volcengineapi.com",
    "sts.volcengineapi.com",
    "vod.volcengineapi.com",
    "imagex.volcengineapi.com",
    "ecs.volcengineapi.com",
    "billing.volcengineapi.com",
    "cdn.volcengineapi.com",
    "live.volcengineapi.com",
    "rtc.volcengineapi.com",
    "sms.volcengineapi.com",
    "translate.volcengineapi.com",
    "volcengineapi.com",
    "open.volcengine.com",
    "open.bytedanceapi.com",
    "open.byteplusapi.com",
    "localhost",
    "127.0.0.1",
];

//! Mistakes about region, service, and the form of the credential scope.

use super::{Details, Hypotheses, Manner};
use crate::diagnose::recipe::{Change, KeyChange, Part, StringChange};
use crate::diagnose::text::{Shared, public};

impl Hypotheses<'_> {
    pub(super) fn add_scopes(&mut self) {
        self.add_regions();
        self.add_services();
        let (region, service) = (public(self.region), public(self.service));
        let swapped = |region: Shared, service: Shared| {
            let key = KeyChange {
                region: Some(region.clone()),
                service: Some(service.clone()),
                ..KeyChange::default()
            };
            let strings = StringChange {
                region: Some(region),
                service: Some(service),
                ..StringChange::default()
            };
            Change { key, strings, ..Change::default() }
        };
        let change = swapped(service, region);
        self.add_in_scope_and_key("region-service-swapped", &Details::new(), &change);
        self.add_access_key_ids();
    }

    fn add_regions(&mut self) {
        let stated = self.received.stated.region.clone();
        if let Some(stated) = stated.filter(|stated| stated != self.region) {
            self.add_region(&stated, Manner::Stated);
        }
        let host = String::from_utf8_lossy(self.received.host()).into_owned();
        let named = REGIONS.iter().find(|region| host.contains(**region));
        let mut regions = vec![String::new(), self.region.to_ascii_uppercase()];
        regions.extend(named.map(|region| (*region).to_owned()));
        regions.extend(["a", "b", "c"].map(|zone| format!("{}-{zone}", self.region)));
        regions.push(self.region.to_ascii_lowercase());
        regions.push(self.region.replace('-', "_"));
        let first = REGIONS.iter().map(|region| (*region).to_owned());
        let regions: Vec<_> = first.chain(regions).collect();
        for region in regions {
            if region != self.region {
                self.add_region(&region, Manner::Both);
            }
        }
    }

    fn add_region(&mut self, region: &str, manner: Manner) {
        let text = public(region);
        let key = KeyChange { region: Some(text.clone()), ..KeyChange::default() };
        let strings = StringChange { region: Some(text), ..StringChange::default() };
        let change = Change { key, strings, ..Change::default() };
        self.add_name("region", region, &change, manner);
    }

    fn add_services(&mut self) {
        let stated = self.received.stated.service.clone();
        if let Some(stated) = stated.filter(|stated| stated != self.service) {
            self.add_service(&stated, Manner::Stated);
        }
        let host = String::from_utf8_lossy(self.received.host()).into_owned();
        let label = host.split('.').next().unwrap_or_default();
        let service = self.service;
        let capital: String = service
            .char_indices()
            .map(|(index, c)| if index == 0 { c.to_ascii_uppercase() } else { c })
            .collect();
        let spellings = [
            label.to_owned(),
            service.to_ascii_lowercase(),
            service.to_ascii_uppercase(),
            capital,
            service.replace('_', "-"),
            service.replace('-', "_"),
            service.replace(['_', '-'], ""),
            label.to_ascii_uppercase(),
            label.replace('-', "_"),
            String::new(),
        ];
        let known = SERVICES.iter().map(|service| (*service).to_owned());
        let mut tried: Vec<String> = Vec::new();
        for service in spellings.into_iter().chain(known) {
            if service != self.service && !tried.contains(&service) {
                let is_table = is_known_service(&service);
                self.add_service(&service, if is_table { Manner::Table } else { Manner::Both });
                tried.push(service);
            }
        }
    }

    fn add_service(&mut self, service: &str, manner: Manner) {
        let text = public(service);
        let key = KeyChange { service: Some(text.clone()), ..KeyChange::default() };
        let strings = StringChange { service: Some(text), ..StringChange::default() };
        let change = Change { key, strings, ..Change::default() };
        self.add_name("service", service, &change, manner);
    }

    fn add_name(&mut self, id: &'static str, name: &str, change: &Change, manner: Manner) {
        let wanted = if id == "region" { self.region } else { self.service };
        let details = vec![(id, self.name(name)), ("wanted", self.name(wanted))];
        let parts = [Change::from(change.key.clone()), Change::from(change.strings.clone())];
        self.add_in_both(id, &details, parts, manner);
    }

    /// Adds a mistake of scope and key, of the key only, and of the scope only.
    pub(super) fn add_in_scope_and_key(
        &mut self,
        id: &'static str,
        details: &Details,
        change: &Change,
    ) {
        let parts = [Change::from(change.key.clone()), Change::from(change.strings.clone())];
        self.add_in_both(id, details, parts, Manner::Anywhere);
    }

    fn add_access_key_ids(&mut self) {
        let id = "scope-with-access-key";
        let scope: &[Part] =
            &[Part::AccessKeyId, Part::Day, Part::Region, Part::Service, Part::Terminator];
        let right = StringChange { scope: Some(scope), ..StringChange::default() };
        self.add(id, Details::new(), right.clone());
        if let Some(stated) = &self.received.stated.access_key_id {
            let access_key_id = Some(public(stated));
            self.add(id, Details::new(), StringChange { access_key_id, ..right });
        }
    }
}

/// Whether `service` is the name of a service, in its own case.
pub(in crate::diagnose) fn is_known_service(service: &str) -> bool {
    SERVICES.contains(&service)
}

/// Returns the region that `label` is the name of.
pub(in crate::diagnose) fn region_of(label: &str) -> Option<&'static str> {
    REGIONS.iter().find(|region| **region == label).copied()
}

const REGIONS: &[&str] = &[
    "cn-north-1",
    "cn-beijing",
    "cn-shanghai",
    "cn-guangzhou",
    "ap-southeast-1",
    "cn-hongkong",
    "ap-southeast-3",
    "us-east-1",
    "cn-beijing2",
    "cn-beijing-autodriving",
    "cn-shanghai-autodriving",
    "cn-beijing-selfdrive",
    "ap-southeast-2",
    "ap-singapore-1",
    "cn-chengdu",
    "cn-hangzhou",
    "cn-wulanchabu",
    "cn-guilin-boe",
    "cn-east-1",
    "cn-south-1",
    "us-west-2",
    "global",
];

const SERVICES: &[&str] = &[
    "open",
    "volc",
    "volcengine",
    "ecs",
    "vpc",
    "iam",
    "sts",
    "cv",
    "vod",
    "imagex",
    "ImageX",
    "CDN",
    "cdn",
    "dcdn",
    "rds_mysql",
    "rds_mysqlv2",
    "rds_postgresql",
    "ark",
    "ml_maas",
    "TLS",
    "tls",
    "tos",
    "billing",
    "translate",
    "sms",
    "volcSMS",
    "rtc",
    "live",
    "imp",
    "kms",
    "clb",
    "alb",
    "vke",
    "cr",
    "visual",
    "air",
    "vikingdb",
    "sami",
    "speech_saas_prod",
    "nlp",
    "waf",
    "redis",
    "Redis",
    "mongodb",
    "Kafka",
    "RocketMQ",
    "ESCloud",
    "escloud",
    "emr",
    "auto_scaling",
    "storage_ebs",
    "FileNAS",
    "vefaas",
    "apig",
    "natgateway",
    "vpn",
    "transitrouter",
    "dns",
    "DNS",
    "edx",
    "veen",
    "iot",
    "notify",
    "organization",
    "quota",
    "tag",
    "cloud_trail",
    "Volc_Observe",
    "vmp",
    "certificate_service",
    "seccenter",
    "BusinessSecurity",
    "game_protect",
    "AdBlocker",
    "livesaas",
    "dts",
    "veDBMySQL",
    "ml_platform",
    "hiagent",
    "api",
];

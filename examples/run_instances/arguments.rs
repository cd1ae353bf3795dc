//! The command line.

use std::ffi::OsString;

/// The parameters of the call, and whether to send it to the real endpoint.
pub(crate) struct Arguments {
    pub(crate) image: String,
    pub(crate) instance_type: String,
    pub(crate) subnet: String,
    pub(crate) security_group: String,
    pub(crate) zone: String,
    pub(crate) send: bool,
}

impl Arguments {
    /// Reads the command line. Returns `None` if it asks for help, and an error text if it is wrong.
    pub(crate) fn parse(mut words: impl Iterator<Item = OsString>) -> Result<Option<Self>, String> {
        let mut arguments = Self::default();
        while let Some(word) = words.next() {
            let value = match word.to_str() {
                Some("--image") => &mut arguments.image,
                Some("--type") => &mut arguments.instance_type,
                Some("--subnet") => &mut arguments.subnet,
                Some("--security-group") => &mut arguments.security_group,
                Some("--zone") => &mut arguments.zone,
                Some("--send") => {
                    arguments.send = true;
                    continue;
                }
                Some("--help") => return Ok(None),
                _ => return Err(format!("unknown argument {word:?}")),
            };
            let given = words.next().and_then(|value| value.into_string().ok());
            *value = given.ok_or_else(|| format!("{word:?} needs a value"))?;
        }
        Ok(Some(arguments))
    }
}

impl Default for Arguments {
    fn default() -> Self {
        Self {
            image: "image-sample0000000000".to_owned(),
            instance_type: "ecs.g3i.large".to_owned(),
            subnet: "subnet-sample0000000000".to_owned(),
            security_group: "sg-sample0000000000".to_owned(),
            zone: "cn-beijing-a".to_owned(),
            send: false,
        }
    }
}

pub(crate) const USAGE: &str = "\
Usage: run_instances [OPTIONS]

Signs an ECS RunInstances call (a dry run), prints each step and sends it to a
server on loopback. With credentials in the environment (VOLCENGINE_ACCESS_KEY,
VOLCENGINE_SECRET_KEY) it sends only with --send, to the real endpoint.

Options:
  --image ID            [default: image-sample0000000000]
  --type TYPE           [default: ecs.g3i.large]
  --subnet ID           [default: subnet-sample0000000000]
  --security-group ID   [default: sg-sample0000000000]
  --zone ID             [default: cn-beijing-a]
  --send                send it to the real endpoint (needs credentials)
  --help                show this text
";

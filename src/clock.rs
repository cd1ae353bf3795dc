//! Returns the current time: the time of the system clock, or a fixed time if one is set.

use std::time::SystemTime;

use crate::error::Error;

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    pub(crate) fixed_time: Option<SystemTime>,
}

impl Clock {
    pub(crate) fn at(time: SystemTime) -> Self {
        Self { fixed_time: Some(time) }
    }

    pub(crate) fn now(self) -> Result<SystemTime, Error> {
        match self.fixed_time {
            Some(time) => Ok(time),
            // `SystemTime::now` panics on this target.
            None if cfg!(all(target_arch = "wasm32", target_os = "unknown")) => {
                Err(Error::no_clock())
            }
            None => Ok(SystemTime::now()),
        }
    }
}

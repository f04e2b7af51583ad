//! Pages of the Manager: organization, mail services, addresses, sharing, devices.

//! Which addresses are of the internet, and which others an operator allows.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// What is not of the internet in IPv4: IANA's registry of special purposes, and what clouds keep for themselves. The
/// standard library's `is_global` is unstable, and lets some of these through.
const INSIDE_V4: &[Ipv4Net] = &[
    v4([0, 0, 0, 0], 8),        // this network: 0.0.0.0 is this machine
    v4([10, 0, 0, 0], 8),       // private
    v4([100, 64, 0, 0], 10),    // shared behind a provider; what a cloud tells its machines, in one
    v4([127, 0, 0, 0], 8),      // this machine
    v4([168, 63, 129, 16], 32), // what a cloud tells its machines, in another
    v4([169, 254, 0, 0], 16),   // the link; what a cloud tells its machines, in most
    v4([172, 16, 0, 0], 12),    // private
    v4([192, 0, 0, 0], 24),     // protocols
    v4([192, 0, 2, 0], 24),     // documentation
    v4([192, 88, 99, 0], 24),   // relays of 6to4, given up
    v4([192, 168, 0, 0], 16),   // private
    v4([198, 18, 0, 0], 15),    // measuring
    v4([198, 51, 100, 0], 24),  // documentation
    v4([203, 0, 113, 0], 24),   // documentation
    v4([224, 0, 0, 0], 4),      // multicast
    v4([240, 0, 0, 0], 4),      // reserved, and broadcast
];

/// All that the internet has in IPv6.
const INTERNET_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// What of it is not of the internet all the same.
const INSIDE_V6: &[Ipv6Net] = &[
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), // protocols, with Teredo, which hides an address of IPv4
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), // documentation
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), // 6to4, which hides an address of IPv4
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), // documentation
];

/// Addresses of IPv4 for those who have only IPv6 (NAT64): the last four bytes say where it leads.
const TRANSLATED: Ipv6Net = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

const fn v4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6([a, b, c, d, e, f, g, h]: [u16; 8], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), length)
}

/// Returns whether an address is of the internet: one that anybody may have, and that leads to them from everywhere.
/// `::ffff:10.0.0.1` is what `10.0.0.1` is.
pub fn is_global(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_global_v4(address),
        IpAddr::V6(address) if TRANSLATED.contains(&address) => {
            let [.., a, b, c, d] = address.octets();
            is_global_v4(Ipv4Addr::new(a, b, c, d))
        }
        IpAddr::V6(address) => {
            INTERNET_V6.contains(&address) && !INSIDE_V6.iter().any(|network| network.contains(&address))
        }
    }
}

fn is_global_v4(address: Ipv4Addr) -> bool {
    !INSIDE_V4.iter().any(|network| network.contains(&address))
}

/// The networks that are not of the internet and that an operator allows all the same; none, unless they are named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Returns whether Clientele may connect to an address: it is of the internet, or the operator allows it.
    pub fn allow(&self, address: IpAddr) -> bool {
        is_global(address) || self.hold(address)
    }

    /// Returns whether this machine itself is among them.
    pub fn hold_this_machine(&self) -> bool {
        self.hold(Ipv4Addr::LOCALHOST.into()) || self.hold(Ipv6Addr::LOCALHOST.into())
    }

    fn hold(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address) || network.contains(&address.to_canonical()))
    }
}

impl From<Vec<IpNet>> for Networks {
    fn from(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_are(wanted: bool, addresses: &[&str]) {
        for address in addresses {
            assert_eq!(is_global(address.parse().unwrap()), wanted, "{address}");
        }
    }

    #[test]
    fn the_first_and_last_of_each_network_inside_is_refused() {
        all_are(
            false,
            &[
                "0.0.0.0",
                "0.255.255.255",
                "10.0.0.0",
                "10.255.255.255",
                "100.64.0.0",
                "100.127.255.255",
                "127.0.0.0",
                "127.255.255.255",
                "168.63.129.16",
                "169.254.0.0",
                "169.254.169.254",
                "169.254.255.255",
                "172.16.0.0",
                "172.31.255.255",
                "192.0.0.0",
                "192.0.0.255",
                "192.0.2.0",
                "192.0.2.255",
                "192.88.99.0",
                "192.88.99.255",
                "192.168.0.0",
                "192.168.255.255",
                "198.18.0.0",
                "198.19.255.255",
                "198.51.100.0",
                "198.51.100.255",
                "203.0.113.0",
                "203.0.113.255",
                "224.0.0.0",
                "239.255.255.255",
                "240.0.0.0",
                "255.255.255.255",
            ],
        );
        all_are(
            false,
            &[
                "::",
                "::1",
                "::127.0.0.1",
                "::8.8.8.8",
                "::ffff:127.0.0.1",
                "::ffff:10.1.2.3",
                "::ffff:169.254.169.254",
                "::ffff:0:127.0.0.1",
                "64:ff9b::127.0.0.1",
                "64:ff9b::a00:1",
                "64:ff9b:1::",
                "64:ff9b:1::8.8.8.8",
                "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
                "100::",
                "100::ffff:ffff:ffff:ffff",
                "2001::",
                "2001::1",
                "2001:0:53aa:64c:0:fbff:80ff:fffe",
                "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
                "2001:db8::",
                "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
                "2002::",
                "2002:7f00:1::",
                "2002:808:808::1",
                "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "3fff::",
                "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
                "5f00::",
                "5f00:ffff::1",
                "4000::1",
                "1fff::1",
                "fc00::",
                "fd00:ec2::254",
                "fdff:ffff::1",
                "fe80::",
                "fe80::1",
                "febf:ffff::1",
                "fec0::",
                "feff:ffff::1",
                "ff00::",
                "ff02::1",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            ],
        );
    }

    #[test]
    fn what_lies_beside_them_is_of_the_internet() {
        all_are(
            true,
            &[
                "1.0.0.0",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "168.63.129.15",
                "168.63.129.17",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "191.255.255.255",
                "192.0.1.0",
                "192.0.3.0",
                "192.88.98.255",
                "192.88.100.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "198.51.99.255",
                "198.51.101.0",
                "203.0.112.255",
                "203.0.114.0",
                "223.255.255.255",
                "::ffff:8.8.8.8",
                "64:ff9b::8.8.8.8",
                "2000::",
                "2001:200::",
                "2001:4860:4860::8888",
                "2001:db7:ffff::1",
                "2001:db9::",
                "2003::",
                "2606:4700:4700::1111",
                "3ffe:ffff::1",
                "3fff:1000::",
            ],
        );
    }

    #[test]
    fn what_an_operator_allows_is_allowed_in_both_writings() {
        let networks = Networks::from(vec!["10.1.0.0/16".parse().unwrap(), "fd00::/8".parse().unwrap()]);
        for address in ["10.1.2.3", "::ffff:10.1.2.3", "fd12::1", "8.8.8.8"] {
            assert!(networks.allow(address.parse().unwrap()), "{address}");
        }
        for address in ["10.2.0.1", "::ffff:10.2.0.1", "::10.1.2.3", "64:ff9b::10.1.2.3", "fe80::1", "127.0.0.1"] {
            assert!(!networks.allow(address.parse().unwrap()), "{address}");
        }
        assert!(!networks.hold_this_machine());
        assert!(Networks::from(vec!["127.0.0.0/8".parse().unwrap()]).hold_this_machine());
        let mapped = Networks::from(vec!["::ffff:10.1.0.0/112".parse().unwrap()]);
        assert!(mapped.allow("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!Networks::default().allow("10.1.2.3".parse().unwrap()));
    }
}

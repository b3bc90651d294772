"""Files that go to and from the portal, for workloads on other machines."""

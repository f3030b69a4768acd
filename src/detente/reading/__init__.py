"""From a news text to dated statements and a draft scenario."""

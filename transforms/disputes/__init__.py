"""The disputes table (行政复议、行政诉讼): fifteen figures under three heads of five results each.

`find` looks for what is printed of it, `block` makes one table of its rows whatever their shape, by what the
`words` in it name, and `lay_out` brings the figures onto the cells of the form.
"""

from transforms.disputes.block import DisputesBlock
from transforms.disputes.find import find_disputes
from transforms.disputes.lay_out import lay_out_disputes

__all__ = ["DisputesBlock", "find_disputes", "lay_out_disputes"]

"""The company's files at Box, put together: the tree, how it is written, who was given what."""

from sandbox.box.collaborations import Collaborations
from sandbox.box.shapes import Shapes
from sandbox.box.tree import Tree
from sandbox.box.users import Users
from sandbox.cabinet import Cabinet
from sandbox.sharing import Sharing
from sandbox.stream import Stream


class Shelves:
    """What a scan of Box sees."""

    def __init__(self, stream: Stream, users: Users) -> None:
        cabinet = Cabinet(stream.world, stream.born)
        self.tree = Tree(stream.world, cabinet, Sharing(stream.world, cabinet, stream.start))
        self.shapes = Shapes(self.tree, users, stream.start)
        self.collaborations = Collaborations(self.shapes, stream.start)

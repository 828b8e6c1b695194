import {
  BinaryOperationNode,
  ColumnNode,
  OperationNodeTransformer,
  OperatorNode,
  ReferenceNode,
  ValueNode,
  type KyselyPlugin,
  type OperationNode,
} from 'kysely';

/**
 * Takes the tenant out of the conditions of statements that are built, as if whoever wrote them had
 * forgotten it: row-level security alone is left to hold tenants apart.
 */
export function unboundStatements(): KyselyPlugin {
  const transformer = new WithoutTenant();
  return {
    transformQuery: ({ node }) => transformer.transformNode(node),
    transformResult: ({ result }) => Promise.resolve(result),
  };
}

class WithoutTenant extends OperationNodeTransformer {
  protected override transformBinaryOperation(node: BinaryOperationNode): BinaryOperationNode {
    if (!isTenant(node.leftOperand) || !isEquals(node.operator)) {
      return super.transformBinaryOperation(node);
    }
    if (!ValueNode.is(node.rightOperand)) return super.transformBinaryOperation(node);
    return BinaryOperationNode.create(
      ValueNode.createImmediate(1),
      OperatorNode.create('='),
      ValueNode.createImmediate(1),
    );
  }
}

function isTenant(node: OperationNode): boolean {
  return (
    ReferenceNode.is(node) && ColumnNode.is(node.column) && node.column.column.name === 'tenant_id'
  );
}

function isEquals(node: OperationNode): boolean {
  return OperatorNode.is(node) && node.operator === '=';
}
